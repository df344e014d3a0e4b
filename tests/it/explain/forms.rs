//! Every form in which errors reach users, written here after what tools print; `tests/cases/explain/forms.txt`.
//!
//! A case is a head `=== name`, lines `key: value` of what must be read (`errors`, `ram`, `what`, `http`, `code`, `action`,
//! `resource`, `request`, `type`, `name`, `owner`, `layer`, `kind`; `-` for none), a line `---`, and the text.

use ramspect::explain::{Denial, read};

use super::field;

fn cases() -> Vec<(String, Vec<(String, String)>, String)> {
    let whole = include_str!("../../cases/explain/forms.txt");
    let mut cases = Vec::new();
    for case in whole.split("=== ").skip(1) {
        let (head, text) = case.split_once("\n---\n").expect("`---` before the text");
        let mut lines = head.lines();
        let name = lines.next().unwrap().to_owned();
        let wants = lines.map(|line| line.split_once(": ").map(|(k, v)| (k.to_owned(), v.to_owned())).unwrap());
        cases.push((name, wants.collect(), text.to_owned()));
    }
    cases
}

#[test]
fn every_form_is_read() {
    let mut wrong = Vec::new();
    for (name, wants, text) in cases() {
        let denials = read(&text);
        let first: Option<&Denial> = denials.iter().find(|denial| denial.is_ram_denial()).or(denials.first());
        for (key, want) in wants {
            let got =
                if key == "errors" { denials.len().to_string() } else { first.map_or("-".into(), |d| field(d, &key)) };
            if got != want {
                wrong.push(format!("{name}: {key} is {got}, not {want}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_form_in_a_json_string_reads_the_same() {
    for (name, _, text) in cases() {
        let plain = read(&text);
        let escaped = serde_json::to_string(&text).unwrap();
        let twice = serde_json::to_string(&escaped).unwrap();
        for (how, text) in [("once", &escaped), ("twice", &twice)] {
            let again = read(text);
            let facts =
                |d: &Denial| (d.class, d.code.clone(), d.action.clone(), d.resource.clone(), d.policy_type.clone());
            let (plain, again) =
                (plain.iter().map(facts).collect::<Vec<_>>(), again.iter().map(facts).collect::<Vec<_>>());
            assert_eq!(plain, again, "{name}, escaped {how}");
        }
    }
}

#[test]
fn errors_of_a_log_are_found_each_in_its_place() {
    let mut log = String::new();
    let mut places = Vec::new();
    for at in 0..200 {
        log.push_str(&format!("2026-11-24 08:00:{:02} INFO handled {at}\n", at % 60));
        if at % 3 == 0 {
            let error =
                format!(r#"{{"RequestId":"A-{at}","HostId":"ecs.aliyuncs.com","Code":"Forbidden.RAM","Message":"m"}}"#);
            let start = log.len() + "ERROR ".len();
            log.push_str(&format!("ERROR {error}\n"));
            places.push((start, start + error.len(), format!("A-{at}")));
        }
    }
    let found = read(&log);
    let found: Vec<_> =
        found.into_iter().map(|d| (d.span.start as usize, d.span.end as usize, d.request_id.unwrap())).collect();
    assert_eq!(found, places);
}
