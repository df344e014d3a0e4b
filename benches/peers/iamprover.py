#!/usr/bin/env python3
"""One question to ramspect and to iamprover (Z3) in one run: may anybody delete a production object?

    python3 -m venv /tmp/iamprover && /tmp/iamprover/bin/pip install iamprover==0.7.1
    /tmp/iamprover/bin/python benches/peers/iamprover.py [SECONDS]

Policies of 1 to 5 statements are generated, wildcards and conditions as in `benches/analyze.rs`, once for each of the two
clouds. Both are asked in their own process, reading and parsing included, starting up not. SECONDS (60) is what iamprover gets
for a policy, in a process of its own. The answers are compared: a difference ends the run.
"""

import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time

ACTIONS = ["GetObject", "GetObjectAcl", "PutObject", "DeleteObject", "DeleteObjectTagging", "RestoreObject"]
WORDS = ["prod", "dev", "test", "logs"]
PARTS = ["reports", "images", "events"]
ASKED_ACTION = "DeleteObject*"
ASKED_RESOURCE = "app1-prod/*"


def action(rnd):
    name = rnd.choice(ACTIONS)
    return rnd.choice([name, name[:3] + "*", "*" + name[-6:], "*"])


def resource(rnd):
    app, word, part = rnd.choice(["app1", "app2"]), rnd.choice(WORDS), rnd.choice(PARTS)
    return rnd.choice([f"{app}-{word}/{part}*", f"{app}-*/{part}", f"{app}-{word}/*", f"*-{word}/{part}"])


def condition(rnd):
    return rnd.choice([None, None, None, ("StringEquals", "team", f"team-{rnd.randrange(4)}"),
                       ("StringLike", "team", "team-1*")])


def statement(rnd, number):
    effect = "Deny" if number and rnd.random() < 1 / 3 else "Allow"
    return {"effect": effect, "actions": [action(rnd) for _ in range(rnd.randint(1, 3))],
            "resources": [resource(rnd) for _ in range(rnd.randint(1, 2))], "condition": condition(rnd)}


def document(statements, service, front, keys, version):
    listed = []
    for one in statements:
        spelled = {"Effect": one["effect"], "Action": [f"{service}:{name}" for name in one["actions"]],
                   "Resource": [front + text for text in one["resources"]]}
        if one["condition"]:
            operator, key, value = one["condition"]
            spelled["Condition"] = {operator: {keys[key]: value}}
        listed.append(spelled)
    return {"Version": version, "Statement": listed}


def prove(account, invariants, answer):
    from iamprover.engine.solver import check_all
    from iamprover.invariants import load_invariants
    from iamprover.parsers.iam import load_account

    begin = time.perf_counter()
    results = check_all(load_account(account), load_invariants(invariants))
    took = time.perf_counter() - begin
    answer.put((took, not results[0].passed))


def iamprover(folder, policy, seconds):
    account, invariants = os.path.join(folder, "account.json"), os.path.join(folder, "invariants.yaml")
    principal = {"arn": "arn:aws:iam::123456789012:user/alice", "policies": [{"name": "p", "document": policy}]}
    with open(account, "w") as file:
        json.dump({"principals": [principal]}, file)
    with open(invariants, "w") as file:
        file.write("invariants:\n  - id: asked\n    description: asked\n    forbid:\n"
                   f'      action: "s3:{ASKED_ACTION}"\n      resource: "arn:aws:s3:::{ASKED_RESOURCE}"\n')
    answer = multiprocessing.Queue()
    process = multiprocessing.Process(target=prove, args=(account, invariants, answer))
    process.start()
    try:
        result = answer.get(timeout=seconds)
    except Exception:
        process.kill()
        process.join()
        return None
    process.join()
    return result


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with tempfile.TemporaryDirectory() as folder:
        for count in range(1, 6):
            for seed in range(3):
                rnd = random.Random(count * 100 + seed)
                statements = [statement(rnd, number) for number in range(count)]
                ours = os.path.join(folder, "policy.json")
                with open(ours, "w") as file:
                    json.dump(document(statements, "oss", "acs:oss:::", {"team": "acs:ResourceTag/team"}, "1"), file)
                command = ["cargo", "bench", "-q", "--bench", "analyze", "--", "check", ours,
                           f"oss:{ASKED_ACTION}", f"acs:oss:::{ASKED_RESOURCE}"]
                said = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split(maxsplit=1)
                own, violated = float(said[0]), said[1].strip() == "Some(true)"
                theirs = iamprover(folder, document(statements, "s3", "arn:aws:s3:::", {"team": "aws:PrincipalTag/team"},
                                                    "2012-10-17"), seconds)
                if theirs is None:
                    print(f"{count} statements, seed {seed}: ramspect {own * 1e6:.0f} us (violated: {violated}), "
                          f"iamprover no answer in {seconds:.0f} s, at least {seconds / own:,.0f} times", flush=True)
                    continue
                took, found = theirs
                print(f"{count} statements, seed {seed}: ramspect {own * 1e6:.0f} us (violated: {violated}), "
                      f"iamprover {took:.2f} s, {took / own:,.0f} times", flush=True)
                if found != violated:
                    sys.exit(f"the answers differ: iamprover says violated: {found}")


if __name__ == "__main__":
    main()
