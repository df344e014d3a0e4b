//! Requests as JSON: the lines of a batch and the parameters of JoinSecurityGroup, each with what it says of its context.
//!
//! Reads text, judges nothing. What is wrong is one sentence, meant for the `error` of the answer or for a person.

pub mod batch_line;
mod error;
mod requests;

pub use crate::account::{Principal, PrincipalKind};
pub use batch_line::BatchLine;
pub use error::RequestError;
pub use requests::{Asked, Line, Numbered, one, read};

use crate::pattern::{action_name, is_arn};

/// Checks that a text can be the action of a request.
///
/// # Errors
/// When it has no colon.
pub fn check_action(action: &str) -> Result<(), RequestError> {
    match action_name(action) {
        Some(_) => Ok(()),
        None => Err(RequestError::new(format!("the action `{action}` has no colon"))
            .with_help("an action is written `<service>:<Name>`, such as `ecs:StopInstance`")),
    }
}

/// Checks that a text can be a resource of a request.
///
/// # Errors
/// When it is neither `*` nor an ARN of five segments.
pub fn check_resource(resource: &str) -> Result<(), RequestError> {
    if resource == "*" || is_arn(resource) {
        return Ok(());
    }
    let message = format!("the resource `{resource}` is neither `*` nor an ARN of five segments");
    Err(RequestError::new(message).with_help(
        "an ARN is written `acs:<service>:<region>:<account>:<resource>`, such as `acs:ecs:cn-hangzhou:1234567890123456:instance/i-bp1`",
    ))
}
