//! Reader, recogniser and sentence generator for the EBNF of `grammar/` (its dialect: `grammar/README.md`).
//!
//! An oracle, so it shares nothing with the library. Recognition walks sets of end positions, one set for each
//! production and place: polynomial in the text for every grammar, and no deeper than the grammar nests in it.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::random::Random;

/// Productions in file order; names are unique.
#[derive(Debug)]
pub struct Grammar {
    names: Vec<String>,
    bodies: Vec<Node>,
    /// The least nesting that a sentence of the production needs: what the generator falls back on.
    heights: Vec<usize>,
}

#[derive(Debug)]
enum Node {
    Text(Vec<char>),
    Range(char, char),
    Production(usize),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
    Repeat { item: Box<Node>, least: usize, most: usize },
    Except(Box<Node>, Box<Node>),
}

/// Places in the text: sorted, each once.
type Ends = Rc<[usize]>;

/// Higher than any real height.
const UNBOUNDED: usize = usize::MAX / 2;

impl Grammar {
    pub fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader { text: text.chars().collect(), at: 0, names: Vec::new() };
        let mut found: Vec<(usize, Node)> = Vec::new();
        while reader.peek()?.is_some() {
            let name = reader.name()?.ok_or_else(|| reader.wrong("a production's name expected"))?;
            reader.expect('=')?;
            let body = reader.choice()?;
            reader.expect(';')?;
            if found.iter().any(|(other, _)| *other == name) {
                return Err(format!("`{}` is produced twice", reader.names[name]));
            }
            found.push((name, body));
        }
        let names = reader.names;
        if let Some(name) = (0..names.len()).find(|name| found.iter().all(|(other, _)| other != name)) {
            return Err(format!("`{}` is used and not produced", names[name]));
        }
        found.sort_by_key(|(name, _)| *name);
        let bodies: Vec<Node> = found.into_iter().map(|(_, body)| body).collect();
        let mut heights = vec![UNBOUNDED; names.len()];
        for _ in 0..names.len() {
            heights = bodies.iter().map(|body| height(body, &heights)).collect();
        }
        Ok(Self { names, bodies, heights })
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The productions that sentences of `start` use, itself among them.
    pub fn reachable(&self, start: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![self.production(start)];
        while let Some(production) = open.pop() {
            if seen.insert(self.names[production].as_str()) {
                mentioned(&self.bodies[production], &mut open);
            }
        }
        seen
    }

    /// Whether the whole of `text` is a sentence of `start`.
    pub fn recognises(&self, start: &str, text: &str) -> bool {
        self.matches(&Node::Production(self.production(start)), text)
    }

    /// A random sentence of `start`; about `fuel` productions long, never much longer.
    pub fn sentence(&self, start: &str, random: &mut Random, fuel: usize) -> String {
        let mut out = String::new();
        self.grow(&Node::Production(self.production(start)), random, &mut { fuel }, &mut out);
        out
    }

    fn production(&self, name: &str) -> usize {
        self.names.iter().position(|other| other == name).unwrap_or_else(|| panic!("no production `{name}`"))
    }

    fn matches(&self, node: &Node, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let mut run = Run { grammar: self, memo: vec![Vec::new(); text.len() + 1], text: &text };
        run.ends(node, 0).binary_search(&text.len()).is_ok()
    }

    fn grow(&self, node: &Node, random: &mut Random, fuel: &mut usize, out: &mut String) {
        match node {
            Node::Text(text) => out.extend(text),
            Node::Range(low, high) => out.push(pick_between(*low, *high, random)),
            Node::Production(production) => {
                *fuel = fuel.saturating_sub(1);
                self.grow(&self.bodies[*production], random, fuel, out);
            }
            Node::Sequence(items) => items.iter().for_each(|item| self.grow(item, random, fuel, out)),
            Node::Choice(items) => {
                let least = items.iter().map(|item| height(item, &self.heights)).min().unwrap_or(0);
                let fitting: Vec<&Node> =
                    items.iter().filter(|item| *fuel > 0 || height(item, &self.heights) == least).collect();
                let chosen = fitting[random.below(fitting.len())];
                self.grow(chosen, random, fuel, out);
            }
            Node::Repeat { item, least, most } => {
                let mut count = 0;
                while count < *least || (count < *most && *fuel > 0 && !random.one_in(3)) {
                    self.grow(item, random, fuel, out);
                    count += 1;
                }
            }
            Node::Except(item, exception) => {
                // What little fuel is left may allow only what is excepted, so later trials are lent some.
                let fits = (0..200).find_map(|trial| {
                    let mut tried = String::new();
                    self.grow(item, random, &mut (*fuel).max(trial / 8), &mut tried);
                    (!self.matches(exception, &tried)).then_some(tried)
                });
                *fuel = fuel.saturating_sub(1);
                out.push_str(&fits.expect("an exception leaves something over"));
            }
        }
    }
}

fn height(node: &Node, heights: &[usize]) -> usize {
    match node {
        Node::Text(_) | Node::Range(..) | Node::Repeat { least: 0, .. } => 0,
        Node::Production(production) => (heights[*production] + 1).min(UNBOUNDED),
        Node::Sequence(items) => items.iter().map(|item| height(item, heights)).max().unwrap_or(0),
        Node::Choice(items) => items.iter().map(|item| height(item, heights)).min().unwrap_or(0),
        Node::Repeat { item, .. } | Node::Except(item, _) => height(item, heights),
    }
}

fn mentioned(node: &Node, out: &mut Vec<usize>) {
    match node {
        Node::Text(_) | Node::Range(..) => {}
        Node::Production(production) => out.push(*production),
        Node::Sequence(items) | Node::Choice(items) => items.iter().for_each(|item| mentioned(item, out)),
        Node::Repeat { item, .. } => mentioned(item, out),
        Node::Except(item, exception) => {
            mentioned(item, out);
            mentioned(exception, out);
        }
    }
}

/// Ends of the range and printable ASCII more often than the rest, which is tried at every order of magnitude.
fn pick_between(low: char, high: char, random: &mut Random) -> char {
    match random.below(8) {
        0 => low,
        1 => high,
        2..=5 if low <= ' ' && high > '~' => *random.pick(&(' '..='~').collect::<Vec<_>>()),
        _ => {
            let width = u32::from(high) - u32::from(low) + 1;
            let reach = width.min(2 << random.below(21));
            char::from_u32(u32::from(low) + u32::try_from(random.below(reach as usize)).unwrap()).unwrap_or(low)
        }
    }
}

/// One text under recognition.
struct Run<'a> {
    grammar: &'a Grammar,
    text: &'a [char],
    /// For each place the productions tried there, with their ends; none while one is under way.
    memo: Vec<Vec<(usize, Option<Ends>)>>,
}

impl Run<'_> {
    /// Where a sentence of `node` that begins at `at` may end.
    fn ends(&mut self, node: &Node, at: usize) -> Ends {
        match node {
            Node::Text(text) => Self::one(self.text[at..].starts_with(text), at + text.len()),
            Node::Range(low, high) => Self::one(self.text.get(at).is_some_and(|c| low <= c && c <= high), at + 1),
            Node::Production(production) => self.produced(*production, at),
            Node::Sequence(items) => {
                let mut places: Ends = Rc::new([at]);
                for item in items {
                    places = self.after_each(item, &places);
                }
                places
            }
            Node::Choice(items) => {
                let mut all = BTreeSet::new();
                for item in items {
                    all.extend(self.ends(item, at).iter());
                }
                all.into_iter().collect()
            }
            Node::Repeat { item, least, most } => self.repeated(item, *least, *most, at),
            Node::Except(item, exception) => {
                let without = self.ends(exception, at);
                self.ends(item, at).iter().filter(|end| without.binary_search(end).is_err()).copied().collect()
            }
        }
    }

    fn one(fits: bool, end: usize) -> Ends {
        if fits { Rc::new([end]) } else { Rc::new([]) }
    }

    fn after_each(&mut self, item: &Node, places: &[usize]) -> Ends {
        match places {
            [] => Rc::new([]),
            [place] => self.ends(item, *place),
            _ => {
                let mut all = BTreeSet::new();
                for place in places {
                    all.extend(self.ends(item, *place).iter());
                }
                all.into_iter().collect()
            }
        }
    }

    /// Round by round; a place that was an end already is not walked from again, so empty items come to rest.
    fn repeated(&mut self, item: &Node, least: usize, most: usize, at: usize) -> Ends {
        let mut all: BTreeSet<usize> = BTreeSet::new();
        let mut places: Ends = Rc::new([at]);
        for round in 0.. {
            if round >= least {
                places = places.iter().copied().filter(|place| all.insert(*place)).collect();
            }
            if places.is_empty() || round == most {
                break;
            }
            places = self.after_each(item, &places);
        }
        all.into_iter().collect()
    }

    fn produced(&mut self, production: usize, at: usize) -> Ends {
        if let Some((_, known)) = self.memo[at].iter().find(|(other, _)| *other == production) {
            let name = &self.grammar.names[production];
            return Rc::clone(known.as_ref().unwrap_or_else(|| panic!("`{name}` begins with itself")));
        }
        self.memo[at].push((production, None));
        let grammar = self.grammar;
        let ends = self.ends(&grammar.bodies[production], at);
        let entry = self.memo[at].iter_mut().find(|(other, _)| *other == production).unwrap();
        entry.1 = Some(Rc::clone(&ends));
        ends
    }
}

struct Reader {
    text: Vec<char>,
    at: usize,
    names: Vec<String>,
}

impl Reader {
    fn wrong(&self, what: &str) -> String {
        let line = 1 + self.text[..self.at.min(self.text.len())].iter().filter(|c| **c == '\n').count();
        format!("line {line}: {what}")
    }

    /// The next character that is neither white space nor in a comment.
    fn peek(&mut self) -> Result<Option<char>, String> {
        loop {
            match self.text.get(self.at..).unwrap_or(&[]) {
                ['(', '*', ..] => {
                    let close = self.text[self.at..].windows(2).position(|pair| pair == ['*', ')']);
                    self.at += close.ok_or_else(|| self.wrong("a comment has no end"))? + 2;
                }
                [space, ..] if space.is_ascii_whitespace() => self.at += 1,
                rest => return Ok(rest.first().copied()),
            }
        }
    }

    fn take(&mut self, wanted: char) -> Result<bool, String> {
        let there = self.peek()? == Some(wanted);
        self.at += usize::from(there);
        Ok(there)
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.take(wanted)? { Ok(()) } else { Err(self.wrong(&format!("`{wanted}` expected"))) }
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> Result<String, String> {
        self.peek()?;
        let word: String = self.text[self.at..].iter().take_while(|c| belongs(**c)).collect();
        self.at += word.chars().count();
        Ok(word)
    }

    fn name(&mut self) -> Result<Option<usize>, String> {
        if !self.peek()?.is_some_and(|c| c.is_ascii_lowercase()) {
            return Ok(None);
        }
        let name = self.word(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')?;
        Ok(Some(self.names.iter().position(|other| *other == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        })))
    }

    fn choice(&mut self) -> Result<Node, String> {
        let mut items = vec![self.sequence()?];
        while self.take('|')? {
            items.push(self.sequence()?);
        }
        Ok(if items.len() == 1 { items.remove(0) } else { Node::Choice(items) })
    }

    fn sequence(&mut self) -> Result<Node, String> {
        let mut items = vec![self.term()?];
        while self.take(',')? {
            items.push(self.term()?);
        }
        Ok(if items.len() == 1 { items.remove(0) } else { Node::Sequence(items) })
    }

    fn term(&mut self) -> Result<Node, String> {
        let item = self.factor()?;
        Ok(if self.take('-')? { Node::Except(Box::new(item), Box::new(self.factor()?)) } else { item })
    }

    fn factor(&mut self) -> Result<Node, String> {
        let count = self.word(|c| c.is_ascii_digit())?;
        if count.is_empty() {
            return self.primary();
        }
        let times = count.parse().map_err(|_| self.wrong("a count is too large"))?;
        self.expect('*')?;
        Ok(Node::Repeat { item: Box::new(self.primary()?), least: times, most: times })
    }

    fn primary(&mut self) -> Result<Node, String> {
        if let Some(name) = self.name()? {
            return Ok(Node::Production(name));
        }
        let open = self.peek()?;
        self.at += 1;
        match open {
            Some(quote @ ('"' | '\'')) => {
                let length = self.text[self.at..].iter().position(|c| *c == quote);
                let end = self.at + length.ok_or_else(|| self.wrong("a text has no end"))?;
                let text = self.text[self.at..end].to_vec();
                self.at = end + 1;
                Ok(Node::Text(text))
            }
            Some('(') => self.closed(')'),
            Some('[') => Ok(Node::Repeat { item: Box::new(self.closed(']')?), least: 0, most: 1 }),
            Some('{') => Ok(Node::Repeat { item: Box::new(self.closed('}')?), least: 0, most: usize::MAX }),
            Some('?') => {
                let low = self.code_point()?;
                let high = if self.take('.')? {
                    self.expect('.')?;
                    self.code_point()?
                } else {
                    low
                };
                self.expect('?')?;
                if low <= high { Ok(Node::Range(low, high)) } else { Err(self.wrong("the range is empty")) }
            }
            _ => Err(self.wrong("a text, a name, a group or a code point expected")),
        }
    }

    fn closed(&mut self, close: char) -> Result<Node, String> {
        let node = self.choice()?;
        self.expect(close)?;
        Ok(node)
    }

    fn code_point(&mut self) -> Result<char, String> {
        let word = self.word(|c| c.is_ascii_alphanumeric() || c == '+')?;
        let digits = word.strip_prefix("U+").ok_or_else(|| self.wrong("`U+` and hexadecimal digits expected"))?;
        let number = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        number.ok_or_else(|| self.wrong("no Unicode scalar value"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(grammar: &str, yes: &[&str], no: &[&str]) {
        let grammar = Grammar::read(grammar).unwrap();
        for text in yes {
            assert!(grammar.recognises("s", text), "{text:?}");
        }
        for text in no {
            assert!(!grammar.recognises("s", text), "{text:?}");
        }
    }

    #[test]
    fn each_construct_means_what_it_says() {
        check(r#"s = "a" | 'b"', "\" ;"#, &["a", "b\"\\"], &["", "b", "ab", "b\"", "aa"]);
        check("s = [ 'a' ], { 'b' } ;", &["", "a", "b", "abbb"], &["aa", "ba"]);
        check("s = 3 * ( 'a' | 'b' ) ;", &["aba"], &["ab", "abab"]);
        check("s = ? U+0061..U+0063 ?, ? U+1F600 ? ;", &["a😀", "c😀"], &["d😀", "a", "😀"]);
        check("(* one *) s = t ; (* two *) t = 'a', (* three *) t | 'b' ;", &["b", "aab"], &["a", ""]);
    }

    #[test]
    fn an_exception_takes_whole_sentences_away() {
        check("s = { 'a' } - ( 'aa' | '' ) ;", &["a", "aaa"], &["", "aa", "b"]);
        check("s = ( t - 'x' ), 'x' ; t = 'x' | 'y' | 'xx' ;", &["yx", "xxx"], &["xx", "x"]);
    }

    #[test]
    fn a_choice_may_take_the_shorter_way() {
        check("s = ( 'a' | 'ab' ), [ 'b' ], 'c' ;", &["abc", "ac", "abbc"], &["ab", "abbbc"]);
        check("s = { 'a' }, { 'a' }, 'a' ;", &["a", "aaaa"], &["", "aab"]);
    }

    #[test]
    fn empty_items_and_ambiguity_come_to_rest() {
        check("s = { { [ 'a' ] } }, 4 * [ 'b' ] ;", &["", "aaa", "abbb"], &["abbbbb", "c"]);
        let many = "a".repeat(60);
        check("s = 'a', [ s ], [ s ], [ s ] ;", &[&many], &["", &format!("{many}b")]);
    }

    #[test]
    fn long_texts_need_no_deep_stack() {
        let long = "a".repeat(50_000);
        check("s = { t } ; t = 'a' ;", &[&long], &[&format!("{long}b")]);
    }

    #[test]
    #[should_panic(expected = "`s` begins with itself")]
    fn left_recursion_is_named() {
        check("s = [ 'a' ], s, 'b' | 'c' ;", &["c"], &[]);
    }

    #[test]
    fn mistakes_in_a_grammar_are_reported() {
        for (text, reason) in [
            ("s = t ;", "`t` is used and not produced"),
            ("s = 'a' ; s = 'b' ;", "`s` is produced twice"),
            ("s = 'a'", "line 1: `;` expected"),
            ("s =\n'a ;", "line 2: a text has no end"),
            ("s = (* 'a' ;", "line 1: a comment has no end"),
            ("s = 'a' 'b' ;", "line 1: `;` expected"),
            ("s = ? U+D800 ? ;", "line 1: no Unicode scalar value"),
            ("s = ? U+0062..U+0061 ? ;", "line 1: the range is empty"),
            ("s = ;", "line 1: a text, a name, a group or a code point expected"),
            ("S = 'a' ;", "line 1: a production's name expected"),
        ] {
            assert_eq!(Grammar::read(text).unwrap_err(), reason);
        }
    }

    #[test]
    fn sentences_are_recognised_and_end() {
        let grammar = Grammar::read("s = '(', { s }, ')' | t - 'x' ; t = 'x' | 'y', [ t ] ;").unwrap();
        let mut random = Random::new(1);
        let sentences: BTreeSet<String> = (0..500).map(|_| grammar.sentence("s", &mut random, 20)).collect();
        assert!(sentences.len() > 50, "{sentences:?}");
        for sentence in &sentences {
            assert!(grammar.recognises("s", sentence), "{sentence}");
            assert!(sentence.len() < 200);
        }
    }

    #[test]
    fn what_a_start_reaches_is_known() {
        let grammar = Grammar::read("s = [ t ] - u ; t = 'a' ; u = 'b' ; v = s ;").unwrap();
        assert_eq!(grammar.reachable("s"), BTreeSet::from(["s", "t", "u"]));
    }
}
