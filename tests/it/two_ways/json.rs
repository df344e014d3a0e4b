//! The parser against `serde_json`: the same documents, the same strings, the same order of members.

use std::fmt;

use ramspect::syntax::{Kind, NodeRef, SyntaxErrorKind, parse};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::grammar::agree::grammar;
use crate::grammar::json::serde_accepts;
use crate::support::cases;
use crate::support::random::Random;

/// A document as `serde_json` reports it, in order, doubled members included.
#[derive(Debug, PartialEq)]
enum Told {
    Null,
    Bool(bool),
    Number,
    Text(String),
    List(Vec<Told>),
    Members(Vec<(String, Told)>),
}

struct Teller;

impl<'de> Visitor<'de> for Teller {
    type Value = Told;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Told, E> {
        Ok(Told::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Told, E> {
        Ok(Told::Bool(truth))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Told, E> {
        Ok(Told::Number)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Told, E> {
        Ok(Told::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Told, E> {
        Ok(Told::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<Told, E> {
        Ok(Told::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Told, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Told::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Told, A::Error> {
        let mut list = Vec::new();
        while let Some(member) = members.next_entry()? {
            list.push(member);
        }
        Ok(Told::Members(list))
    }
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Teller)
    }
}

fn told(node: NodeRef<'_, '_>) -> Told {
    match node.kind() {
        Kind::Null => Told::Null,
        Kind::Bool => Told::Bool(node.raw() == "true"),
        Kind::Number => Told::Number,
        Kind::String => Told::Text(node.as_str().expect("a string").into_owned()),
        Kind::Array => Told::List(node.elements().map(told).collect()),
        Kind::Object => {
            let member = |(name, value): (NodeRef<'_, '_>, NodeRef<'_, '_>)| (name.name().into_owned(), told(value));
            Told::Members(node.members().map(member).collect())
        }
        Kind::Bad | Kind::Missing => panic!("an accepted text has no broken nodes"),
    }
}

/// Whether both accept; panics where they disagree.
fn compare(text: &str) -> bool {
    let parsed = parse(text);
    let ours = |kind: &SyntaxErrorKind| matches!(kind, SyntaxErrorKind::DuplicateKey { .. });
    let accepted = parsed.errors.iter().all(|error| ours(&error.kind));
    assert_eq!(accepted, serde_accepts(text), "{text:?}: {:?}", parsed.errors);
    if accepted && let Ok(expected) = serde_json::from_str::<Told>(text) {
        assert_eq!(told(parsed.tree.root().expect("accepted")), expected, "{text:?}");
    }
    accepted
}

#[test]
fn generated_documents_are_read_alike() {
    let grammar = grammar();
    let mut random = Random::new(0x750e);
    for _ in 0..cases(20_000) {
        let fuel = 1 + random.below(120);
        assert!(compare(&grammar.sentence("json_text", &mut random, fuel)));
    }
}

/// Bytes of JSON with some of them changed; what is no UTF-8 never comes to the parser.
#[test]
fn damaged_documents_are_read_alike() {
    let samples = [
        r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["ecs:*"],"Resource":"acs:\u0065cs:*","é":null}]}"#,
        r#"["\ud83d\ude00\n\"\\\/", -0.5e+10, true, {"a":{"a":[]},"\u0061":1}, "", 0]"#,
        "\u{feff} [1 ,\t2,\r\n 3] ",
        r#"{"a":"\u00e9x\ud800","b":[1,2,]}"#,
    ];
    let bytes = b"{}[]\",:\\/u0dD8cC\t\n\r -+.eE019truefalsn\x00\x1f\x7f\x80\xc3\xa9\xe2\xf0\xff'";
    let mut random = Random::new(0x750f);
    let mut accepted = 0;
    for _ in 0..cases(100_000) {
        let mut text = random.pick(&samples).as_bytes().to_vec();
        for _ in 0..=random.below(3) {
            let at = random.below(text.len());
            match random.below(4) {
                0 => drop(text.remove(at)),
                1 => text.insert(at, *random.pick(bytes)),
                2 => text.truncate(at + 1),
                _ => text[at] = *random.pick(bytes),
            }
            if text.is_empty() {
                text.push(b' ');
            }
        }
        if let Ok(text) = std::str::from_utf8(&text) {
            accepted += usize::from(compare(text));
        }
    }
    assert!(accepted > cases(1_000), "{accepted} accepted");
}

#[test]
fn random_bytes_are_read_alike() {
    let bytes = b"{}[]\",:\\ 0-1.eEtruefalsn\t\n\x01\xc3\xa9\xef\xbb\xbf/*#'";
    let mut random = Random::new(0x7510);
    for _ in 0..cases(200_000) {
        let text: Vec<u8> = (0..random.below(14)).map(|_| *random.pick(bytes)).collect();
        if let Ok(text) = std::str::from_utf8(&text) {
            compare(text);
        }
    }
}
