#!/usr/bin/env python3
"""Lints 1,000 policy files with ramspect and with the two Python linters of AWS policies, each as a cold process.

usage: peers.py RAMSPECT VENV [SERVICES]

RAMSPECT: a release binary. VENV: a virtual environment with `pip install parliament iam-policy-validator setuptools`. SERVICES:
a folder with the service descriptions that iam-policy-validator reads offline (`--aws-services-dir`); without it one is made
of the catalog that parliament has, so that both know the same. The peers get files of the same shape in AWS words: they read
no RAM. The peers run once, ramspect 21 times: the median is what is compared, and the fastest run is shown beside it.
"""
import glob, json, os, random, resource, statistics, subprocess, sys, tempfile, time

FILES, STATEMENTS, RUNS = 1000, 8, 21
RAM = {
    "ecs": (["StartInstance", "StopInstance", "RebootInstance", "DeleteInstance", "ModifyInstanceAttribute",
             "DescribeInstanceAttribute", "JoinSecurityGroup"], "acs:ecs:cn-hangzhou:1234567890123456:instance/i-{}"),
    "oss": (["GetObject", "PutObject", "DeleteObject", "GetObjectAcl", "PutObjectAcl", "AbortMultipartUpload"],
            "acs:oss:*:1234567890123456:bucket-{}/data/*"),
    "ram": (["GetUser", "GetRole", "GetGroup", "GetPolicy", "UpdateUser"], "acs:ram:*:1234567890123456:user/user-{}"),
}
AWS = {
    "ec2": (["StartInstances", "StopInstances", "RebootInstances", "TerminateInstances", "ModifyInstanceAttribute",
             "DescribeInstanceAttribute"], "arn:aws:ec2:us-east-1:123456789012:instance/i-{}"),
    "s3": (["GetObject", "PutObject", "DeleteObject", "GetObjectAcl", "PutObjectAcl", "AbortMultipartUpload"],
           "arn:aws:s3:::bucket-{}/data/*"),
    "iam": (["GetUser", "ListUserTags", "ListGroupsForUser", "UpdateUser", "TagUser"],
            "arn:aws:iam::123456789012:user/user-{}"),
}


def policy(rng, services, version, key, sid):
    """One file of about 2.5 KB, printed as people print them."""
    statements = []
    for number in range(STATEMENTS):
        service = rng.choice(sorted(services))
        actions, arn = services[service]
        statement = {"Effect": rng.choice(["Allow", "Allow", "Deny"]),
                     "Action": [f"{service}:{name}" for name in rng.sample(actions, rng.randint(2, 3))],
                     "Resource": [arn.format(f"{rng.randrange(10**8):08d}") for _ in range(2)]}
        if sid:
            statement["Sid"] = f"S{number}"
        if rng.random() < 0.4:
            statement["Condition"] = {"IpAddress": {key: [f"203.0.{rng.randrange(256)}.0/24"]}}
        statements.append(statement)
    return json.dumps({"Version": version, "Statement": statements}, indent=2)


def run(name, command, size):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode > 1:
        sys.exit(f"{name} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    return {"name": name, "wall": wall, "cpu": cpu, "rate": size / wall / 1e6, "bytes": len(done.stdout)}


def service_descriptions(venv, folder):
    """What iam-policy-validator reads offline, made of the catalog that parliament has."""
    [catalog] = glob.glob(f"{venv}/lib/python*/site-packages/parliament/iam_definition.json")
    services = {}
    for known in json.load(open(catalog)):
        service = services.setdefault(known["prefix"], {"Name": known["prefix"], "Actions": [], "Resources": [],
                                                        "ConditionKeys": []})
        for action in known["privileges"]:
            level = action["access_level"]
            service["Actions"].append({
                "Name": action["privilege"],
                "ActionConditionKeys": sorted({key for of in action["resource_types"] for key in of["condition_keys"]}),
                "Resources": [{"Name": of["resource_type"].rstrip("*")} for of in action["resource_types"]
                              if of["resource_type"]],
                "Annotations": {"Properties": {"IsList": level == "List", "IsWrite": level == "Write",
                                               "IsPermissionManagement": level == "Permissions management",
                                               "IsTaggingOnly": level == "Tagging"}}})
        service["Resources"] += [{"Name": of["resource"], "ARNFormats": [of["arn"]],
                                  "ConditionKeys": of["condition_keys"]} for of in known["resources"]]
        service["ConditionKeys"] += [{"Name": key["condition"], "Types": [key["type"]]} for key in known["conditions"]]
    os.mkdir(folder)
    with open(f"{folder}/_services.json", "w") as file:
        json.dump([{"service": name, "url": "file:" + name} for name in services], file)
    for name, service in services.items():
        with open(f"{folder}/{name.lower()}.json", "w") as file:
            json.dump(service, file)
    return folder


def main():
    ramspect, venv = sys.argv[1], sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        services = sys.argv[3] if len(sys.argv) > 3 else service_descriptions(venv, f"{folder}/services")
        sizes = {}
        for kind, table, version, key in [("ram", RAM, "1", "acs:SourceIp"), ("aws", AWS, "2012-10-17", "aws:SourceIp")]:
            rng = random.Random(1)
            os.mkdir(f"{folder}/{kind}")
            sizes[kind] = 0
            for number in range(FILES):
                text = policy(rng, table, version, key, kind == "aws")
                sizes[kind] += len(text)
                with open(f"{folder}/{kind}/{number:04}.json", "w") as file:
                    file.write(text)
        load = " ".join(f"{number:.1f}" for number in os.getloadavg())
        print(f"{FILES} files, {sizes['ram'] / FILES:.0f} bytes each for RAM, {sizes['aws'] / FILES:.0f} for AWS; "
              f"{os.cpu_count()} processors, load {load}")
        # The peers first: the last figures are then those of a machine that has been busy with nothing else.
        peers = [("parliament", [f"{venv}/bin/parliament", "--directory", f"{folder}/aws", "--json"]),
                 ("iam-policy-validator", [f"{venv}/bin/iam-validator", "validate", "--aws-services-dir", services,
                                           "--format", "json", "--path", f"{folder}/aws"])]
        rows = [run(name, command, sizes["aws"]) for name, command in peers]
        ours = [run("ramspect", [ramspect, "lint", f"{folder}/ram", "--format", "json"], sizes["ram"]) for _ in range(RUNS)]
        median = {key: statistics.median(row[key] for row in ours) for key in ("wall", "cpu", "rate")}
        fastest = min(ours, key=lambda row: row["wall"])
        for row in [{"name": "ramspect, median", **median}, {**fastest, "name": "ramspect, fastest"}] + rows:
            print(f"{row['name']:<22} wall {row['wall'] * 1e3:9.1f} ms  cpu {row['cpu'] * 1e3:9.1f} ms  {row['rate']:7.2f} MB/s"
                  f"  {row['wall'] / median['wall']:7.1f} times the wall, {row['cpu'] / max(median['cpu'], 1e-9):7.1f} times the cpu")


main()
