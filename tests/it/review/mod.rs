//! Who can do something, and the review of an account.

mod command;
mod escalation;
mod idle;
mod outside;
mod residual;
mod who_can;

use ramspect::account::{Account, Bindings, Documents, Given, MissingPolicy};
use ramspect::text::Source;

pub const ID: &str = "1234567890123456";

/// An account from the text of its file, with every policy inline.
pub fn bindings(text: &str) -> Bindings {
    let mut documents = Documents::default();
    let mut no_files = |path: &str| Err(format!("`{path}`"));
    let source = Source::new("account.json", text);
    let read = Account::read(source, MissingPolicy::Unknown, &mut documents, &mut no_files);
    let (account, _) = read.unwrap_or_else(|error| panic!("{error:?} in {text}"));
    Bindings::new(documents, Some(account), Given::default())
}
