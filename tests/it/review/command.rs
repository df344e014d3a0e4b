//! `ramspect review` through the real binary: statuses, JSON, and the page in headless Chromium.

use std::process::Command;

use serde_json::{Value, json};

use crate::account::{ramspect, said};
use crate::reference::command_line::Folder;
use crate::support::cli::{folder, root};

const FLEET: &str = "examples/fleet/account.json";

fn json_of(words: &str, more: &[&str]) -> (i32, Value) {
    let output = ramspect(&format!("review --format json {words}"), more);
    let status = output.status.code().unwrap();
    assert_ne!(status, 2, "{}", said(&output));
    (status, serde_json::from_slice(&output.stdout).unwrap())
}

fn fleet() -> String {
    root().join(FLEET).to_string_lossy().into_owned()
}

#[test]
fn the_fleet_is_reviewed() {
    let account = fleet();
    let inventory = root().join("examples/fleet/inventory").to_string_lossy().into_owned();
    let (status, answer) = json_of("--account", &[&account, "-i", &inventory]);
    assert_eq!(status, 1);
    assert_eq!(answer["schema"], "ramspect.review/1");
    assert_eq!(answer["counts"], json!({ "users": 4, "groups": 2, "roles": 2, "policies": 6 }));
    let names = |list: &Value| -> Vec<String> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|one| one["principal"].as_str().unwrap().splitn(5, ':').nth(4).unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&answer["administrators"]), ["user/alice", "role/fleet-manager"]);
    assert_eq!(names(&answer["escalations"]), ["user/release-bot", "user/carol", "user/bob"]);
    let ways: Vec<&Value> =
        answer["escalations"].as_array().unwrap().iter().map(|path| &path["steps"][0]["way"]).collect();
    assert_eq!(ways, ["pass-role", "credentials", "command"]);
    let pass = &answer["escalations"][0]["steps"][0]["calls"][0];
    assert_eq!(
        (&pass["action"], &pass["context"]),
        (&json!("ram:PassRole"), &json!({ "acs:Service": "ecs.aliyuncs.com" }))
    );
    assert_eq!(pass["decided_by"][0]["policy"], "release");
    assert_eq!(answer["escalations"][1]["steps"][0]["calls"][0]["if"]["key"], "acs:MFAPresent");
    assert_eq!(answer["reachable"][0]["role"], "partner-audit");
    assert_eq!(names(&answer["pass_role"][0]["by"]), ["user/alice", "user/release-bot", "role/fleet-manager"]);
    let idle: Vec<(&Value, &Value)> =
        answer["idle"].as_array().unwrap().iter().map(|one| (&one["policy"], &one["statement"])).collect();
    assert_eq!(idle, [(&json!("on-call"), &json!(2))]);
    // bob joins by his statement, alice and the role by theirs; nobody else.
    let groups = answer["security_groups"].as_array().unwrap();
    assert_eq!(groups.len(), 4);
    let web = groups.iter().find(|group| group["group"] == "sg-bp1web000001").unwrap();
    let join = web["ways"].as_array().unwrap().iter().find(|way| way["action"] == "ecs:JoinSecurityGroup").unwrap();
    assert_eq!(names(&join["by"]), ["user/alice", "user/bob", "role/fleet-manager"]);
    let base = groups.iter().find(|group| group["group"] == "sg-bp1base000001").unwrap();
    assert!(base["members"].as_array().unwrap().contains(&json!("i-bp1web0000000001")), "{base}");
}

/// Names and types of every member, one example of each list: what scripts rely on.
#[test]
fn the_schema_is_stable() {
    fn shape(value: &Value, at: &str, all: &mut std::collections::BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    if !at.ends_with("context") {
                        shape(value, &format!("{at}.{name}"), all);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| shape(item, &format!("{at}[]"), all)),
            Value::Null => {}
            other => {
                let kind = match other {
                    Value::String(_) => "text",
                    Value::Bool(_) => "flag",
                    _ => "number",
                };
                all.insert(format!("{at} {kind}"));
            }
        }
    }
    let (_, answer) = json_of("--account", &[&fleet()]);
    let mut all = std::collections::BTreeSet::new();
    shape(&answer, "", &mut all);
    for needed in [
        ".account_id text",
        ".administrators[].decided_by[].policy text",
        ".administrators[].strength text",
        ".capabilities[].id text",
        ".complete flag",
        ".escalations[].steps[].calls[].action text",
        ".escalations[].steps[].calls[].decided_by[].span[] number",
        ".escalations[].steps[].calls[].own_side flag",
        ".escalations[].steps[].gain.kind text",
        ".escalations[].steps[].text text",
        ".findings flag",
        ".idle[].why text",
        ".idle_open number",
        ".matrix[].cells[].answer text",
        ".matrix[].cells[].example.decided_by[].statement number",
        ".reachable[].decided_by.file text",
        ".reachable[].finding flag",
        ".security_groups[].ways[].by[].strength text",
        ".schema text",
    ] {
        assert!(all.contains(needed), "{needed} is missing in {all:#?}");
    }
}

#[test]
fn statuses_say_what_was_found() {
    let folder = Folder::new();
    let account = |policy: &str, trust: &str| {
        format!(
            r#"{{"account_id":"1","policies":{{"p":{{"Version":"1","Statement":[{policy}]}}}},"users":{{"u":{{"attachments":[{{"policy":"p"}}]}}}},
            "roles":{{"r":{{{trust}"attachments":[]}}}}}}"#
        )
    };
    let reads = r#"{"Effect":"Allow","Action":"*:Get*","Resource":"*"}"#;
    let attaches = r#"{"Effect":"Allow","Action":"ram:Attach*","Resource":"*"}"#;
    let own = r#""trust":{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ecs.aliyuncs.com"}}]},"#;
    let other = r#""trust":{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":"acs:ram::2:root"}}]},"#;
    for (at, (policy, trust, status)) in
        [(reads, own, 0), (attaches, own, 1), (reads, other, 1), (reads, "", 3)].into_iter().enumerate()
    {
        let path = folder.write(&format!("a{at}.json"), &account(policy, trust));
        assert_eq!(ramspect("review --account", &[&path]).status.code(), Some(status), "{policy} {trust}");
    }
    assert_eq!(ramspect("review --account", &["/nonexistent.json"]).status.code(), Some(2));
    assert_eq!(ramspect("review --html /nonexistent/x.html --account", &[&fleet()]).status.code(), Some(2));
}

/// Runs the browser on a page; its standard output and standard error.
fn chromium(flags: &[&str], page: &std::path::Path) -> (String, String) {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    // A profile of its own for each test: two browsers on one would be one.
    let home = page.parent().unwrap().join("profile");
    for name in names {
        let mut command = Command::new(name);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--log-level=0"]);
        // Whatever asks for a host fails, and says so.
        command.args(["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=4000"]);
        command.arg(format!("--user-data-dir={}", home.display())).args(flags).arg("--dump-dom");
        command.arg(format!("file://{}", page.display()).replace(' ', "%20"));
        match command.output() {
            Ok(output) => {
                let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
                return (text(output.stdout), text(output.stderr));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
    panic!("the page of `ramspect review --html` is tested in a browser: install one, `apt-get install -y chromium`");
}

fn console(stderr: &str) -> Vec<&str> {
    stderr.lines().filter(|line| line.contains("CONSOLE") || line.contains("ERR_")).collect()
}

fn page(name: &str, account: &str) -> (std::path::PathBuf, String) {
    let path = folder(name).join("review.html");
    let output = ramspect("review --format json --account", &[account, "--html", &path.to_string_lossy()]);
    assert_ne!(output.status.code(), Some(2), "{}", said(&output));
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

#[test]
fn the_page_loads_without_errors_and_shows_the_numbers() {
    let (path, text) = page("review page", &fleet());
    for word in ["http:", "https:", "src=", "@import", "style=", "javascript:"] {
        assert!(!text.contains(word), "the page holds `{word}`");
    }
    let (dom, err) = chromium(&[], &path);
    assert_eq!(console(&err), Vec::<&str>::new());
    assert!(
        dom.contains("class=\"js\""),
        "the script ran, so its hash is that of the policy: {}",
        &dom[..400.min(dom.len())]
    );
    let (_, answer) = json_of("--account", &[&fleet()]);
    let count = |list: &str| answer[list].as_array().unwrap().len();
    for needed in [
        format!("<strong>{}</strong><span>can become administrator</span>", count("escalations")),
        format!("<strong>{}</strong><span>administrators in fact</span>", count("administrators")),
        "<h1>Account <span class=\"id\">1234567890123456</span></h1>".to_owned(),
        "passes role/fleet-manager to a service and runs code with it".to_owned(),
    ] {
        assert!(dom.contains(&needed), "{needed} is missing");
    }
    let table = dom.split("<table class=\"matrix\">").nth(1).unwrap().split("</table>").next().unwrap();
    assert_eq!(table.matches("<tr tabindex=\"0\"").count(), count("matrix"));
    let cells: usize =
        answer["matrix"].as_array().unwrap().iter().map(|row| row["cells"].as_array().unwrap().len()).sum();
    let shown = ["\"yes\"", "\"if\"", "\"may\""].iter().map(|class| table.matches(&format!("class={class}")).count());
    assert_eq!(shown.sum::<usize>(), cells);
    assert!(dom.contains("<mark>") && dom.contains("<svg class=\"graph\""));
    // Styles are in force: the policy lets in exactly the one that the page has.
    assert!(text.contains("prefers-color-scheme: dark") && text.contains("@media print"));
}

#[test]
fn names_that_are_markup_stay_text() {
    let folder = Folder::new();
    let name = "</th><script>document.title='owned'</script><img src=x onerror=\\\"document.title='owned'\\\">";
    let account = format!(
        r#"{{"account_id":"1","policies":{{"{name}":{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"ram:*","Resource":"*","Condition":{{"StringEquals":{{"<b>k</b>":"</style><script>x()</script>"}}}}}}]}}}},
        "users":{{"{name}":{{"attachments":[{{"policy":"{name}"}}]}}}},
        "roles":{{"{name}":{{"trust":{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":"<script>y()</script>"}}}},{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":"acs:ram::2:user/<i>"}}}}]}},"attachments":[]}}}}}}"#
    );
    let (path, text) = page("review injection", &folder.write("a.json", &account));
    assert_eq!(text.matches("<script>").count(), 1, "only the page's own script");
    let (dom, err) = chromium(&[], &path);
    assert_eq!(console(&err), Vec::<&str>::new());
    assert!(dom.contains("<title>Review of account 1</title>"), "no script of a name ran");
    assert!(!dom.contains("<img") && dom.contains("&lt;img src=x"));
}

/// A page around the page presses keys in it and writes down what comes of it.
#[test]
fn keys_filter_the_matrix() {
    let (path, _) = page("review keys", &fleet());
    let driver = path.with_file_name("driver.html");
    std::fs::write(
        &driver,
        r#"<!doctype html><title>driver</title><iframe id="f" src="review.html"></iframe><pre id="out"></pre><script>
        document.getElementById("f").addEventListener("load", function () {
          var page = this.contentDocument, out = [];
          function press(key, target) { target.dispatchEvent(new this.contentWindow.KeyboardEvent("keydown", { key: key, bubbles: true, cancelable: true })); }
          press = press.bind(this);
          function shown() { return Array.prototype.filter.call(page.querySelectorAll(".matrix tbody tr"), function (row) { return !row.hidden; }).length; }
          var field = page.getElementById("filter");
          out.push("all " + shown());
          press("/", page.body);
          out.push("focus " + page.activeElement.id);
          field.value = "carol"; field.dispatchEvent(new this.contentWindow.Event("input", { bubbles: true }));
          out.push("carol " + shown() + " " + page.getElementById("shown").textContent);
          press("Escape", field);
          out.push("again " + shown() + " " + (page.activeElement === page.body));
          var rows = page.querySelectorAll(".matrix tbody tr");
          rows[0].focus(); press("ArrowDown", rows[0]);
          out.push("down " + (page.activeElement === rows[1]));
          document.getElementById("out").textContent = out.join("; ");
        });
        </script>"#,
    )
    .unwrap();
    let (dom, err) = chromium(&["--allow-file-access-from-files"], &driver);
    let said = dom.split("<pre id=\"out\">").nth(1).unwrap_or_default().split("</pre>").next().unwrap_or_default();
    assert_eq!(said, "all 6; focus filter; carol 1 1 of 6; again 6 true; down true", "{err}");
}
