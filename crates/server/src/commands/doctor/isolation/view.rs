//! What the owner of an organisation sees of it: everything in it that can be read, before and after.

use super::{
    answer::{Answer, Shape},
    document::{Operation, Place},
    names::{Kind, Names},
    probe::Finding,
};
use anyhow::ensure;
use std::collections::BTreeMap;

/// The answers to every operation that reads in one organisation, by the operation's name; the status of one that did
/// not succeed.
pub(super) struct View(BTreeMap<String, Result<Shape, u16>>);

impl View {
    /// Reads everything.
    ///
    /// # Errors
    /// When there is no answer, or when the canary is in none of them: then it could not have been seen elsewhere.
    pub(super) fn of<'a>(
        operations: impl IntoIterator<Item = &'a Operation>,
        names: &Names,
        canary: &str,
        ask: impl Fn(&Operation, &[Option<&str>]) -> anyhow::Result<Answer>,
    ) -> anyhow::Result<Self> {
        let (mut view, mut sings) = (BTreeMap::new(), false);
        for operation in operations.into_iter().filter(|one| is_inside(one)) {
            let slots = operation.slots.iter();
            let path = slots.map(|slot| (slot.place == Place::Path).then(|| names.of(slot.kind)));
            let answer = ask(operation, &path.collect::<Vec<_>>())?;
            sings |= answer.holds(canary);
            let shape = answer.shape(&[]).without_refusals();
            let seen = answer.is_success().then_some(shape).ok_or(answer.status);
            view.insert(operation.name.clone(), seen);
        }
        ensure!(sings, "an organisation's owner does not see what is in it");
        Ok(Self(view))
    }

    /// What became of it.
    pub(super) fn compare(&self, later: &Self) -> Vec<(&str, Finding)> {
        let seen = self.0.iter().map(|(name, before)| {
            let finding = match (before, later.0.get(name)) {
                (Err(status), _) => {
                    let why = format!("its own organisation's owner is answered {status}");
                    Some(Finding::NotProbed(why))
                }
                (Ok(before), Some(Ok(after))) => before
                    .difference(after)
                    .map(|difference| Finding::Leak(format!("changed from outside: {difference}"))),
                (Ok(_), _) => Some(Finding::Leak("taken away from outside".to_owned())),
            };
            finding.map(|finding| (name.as_str(), finding))
        });
        seen.flatten().collect()
    }
}

fn is_inside(operation: &Operation) -> bool {
    let mut slots = operation.slots.iter();
    operation.reads() && slots.any(|slot| slot.kind == Kind::Organisation)
}
