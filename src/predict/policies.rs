//! Policies as the authorizer of a prediction.

use super::authorize::{JudgedResource, Judgement};
use super::prediction::{PredictError, Prediction, Settings, predict};
use crate::catalog::Assumptions;
use crate::evaluate::{Explanation, PolicySet, Request, Rules, Scratch, View};
use crate::inventory::Inventory;
use crate::membership::JoinRequest;

/// Judges the resources of a call by a set of policies: an authorizer for [`predict`].
#[derive(Debug)]
pub struct ByPolicies<'a> {
    policies: &'a PolicySet,
    inventory: &'a Inventory,
    view: View<'a>,
    caller: &'a str,
    scratch: Scratch,
}

impl<'a> ByPolicies<'a> {
    /// Policies, and what is known of the request: `view` says what the request carries, the inventory adds tags and group
    /// of each resource; `caller` is the account that calls.
    pub fn new(policies: &'a PolicySet, inventory: &'a Inventory, view: View<'a>, caller: &'a str) -> Self {
        Self { policies, inventory, view, caller, scratch: Scratch::new() }
    }

    /// Judges `ecs:JoinSecurityGroup` on each resource; the trace explains each, in the order of the resources.
    pub fn judge(&mut self, resources: &[JudgedResource], assumptions: &Assumptions) -> Judgement<Vec<Explanation>> {
        let rules = Rules::from(assumptions);
        let mut judgement: Judgement<Vec<Explanation>> = Judgement::default();
        for resource in resources {
            let mut supplied = self.view.supplied.cloned().unwrap_or_default();
            self.inventory.supply(&mut supplied, &resource.arn, Some(self.caller));
            let view = View { supplied: Some(&supplied), ..self.view };
            let request = Request { action: "ecs:JoinSecurityGroup", resource: &resource.arn, view };
            let explanation = self.policies.explain(&request, rules, &mut self.scratch);
            judgement.each.push(explanation.possible);
            judgement.missing.extend(explanation.depends_on.iter().cloned());
            judgement.trace.push(explanation);
        }
        judgement.missing.sort_unstable();
        judgement.missing.dedup();
        judgement
    }
}

/// Predicts what the API answers to a caller with these policies; `view` says what the request carries beside its
/// parameters (`View::default()`: nothing is known).
///
/// # Errors
/// When nothing tells the region of the call and no shape check fails anyway.
pub fn predict_by_policies(
    request: &JoinRequest,
    policies: &PolicySet,
    inventory: &Inventory,
    view: View<'_>,
    settings: &Settings,
) -> Result<Prediction<Vec<Explanation>>, PredictError> {
    let mut policies = ByPolicies::new(policies, inventory, view, &settings.account);
    predict(request, inventory, settings, |resources, assumptions| policies.judge(resources, assumptions))
}
