//! What a caller of one organisation gets to see when requests name what belongs to another.

use super::{
    answer::{Answer, Shape},
    client::Request,
    document::{Operation, Place, Slot},
    names::Names,
};

/// What was found to be wrong with an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// Something of one organisation showed in another.
    Leak(String),
    /// Whether anything does could not be seen.
    NotProbed(String),
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Credential {
    Token,
    Key,
}

impl Credential {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Key => "API key",
        }
    }

    const fn is_taken(self, operation: &Operation) -> bool {
        match self {
            Self::Token => operation.takes_tokens,
            Self::Key => operation.takes_keys,
        }
    }
}

/// Two organisations, and a way to send requests as a caller of the second.
pub(super) struct Probe<'a> {
    /// What is not for the caller.
    pub(super) foreign: &'a Names,
    /// The caller's own.
    pub(super) own: &'a Names,
    /// Texts that only the first organisation has.
    pub(super) marks: &'a [String],
    /// What nothing is called.
    pub(super) random: &'a dyn Fn() -> Names,
    /// Makes the header that says who calls.
    pub(super) credential: &'a dyn Fn(Credential) -> (&'static str, String),
    /// Sends a request.
    pub(super) send: &'a dyn Fn(&Request) -> anyhow::Result<Answer>,
}

impl Probe<'_> {
    /// Sends an operation with everything that it can name, as each kind of caller.
    pub(super) fn as_everyone(&self, operation: &Operation) -> Vec<Finding> {
        let both = [Credential::Token, Credential::Key].into_iter();
        both.flat_map(|by| self.operation(operation, by)).collect()
    }

    /// The same as one of them.
    pub(super) fn operation(&self, operation: &Operation, by: Credential) -> Vec<Finding> {
        let mut attempt = Attempt {
            probe: self,
            operation,
            by,
            findings: Vec::new(),
        };
        let things: Vec<_> = operation
            .slots
            .iter()
            .filter(|slot| slot.is_thing())
            .collect();
        if things.len() < operation.slots.len() {
            attempt.compare("a whole request", |_| true);
        }
        if things.len() > 1 {
            attempt.compare("all", Slot::is_thing);
        }
        for thing in &things {
            let name = thing.name.trim_start_matches('/');
            attempt.compare(name, |slot| std::ptr::eq(slot, *thing));
        }
        if operation.is_harmless() {
            attempt.alone();
        }
        attempt.findings
    }
}

/// One operation, tried by one caller.
struct Attempt<'a> {
    probe: &'a Probe<'a>,
    operation: &'a Operation,
    by: Credential,
    findings: Vec<Finding>,
}

impl Attempt<'_> {
    /// Names what belongs to the other organisation in some slots, and then what nothing is called.
    fn compare(&mut self, what: &str, is_named: impl Fn(&Slot) -> bool) {
        let random = (self.probe.random)();
        let foreign = self.shape(what, self.probe.foreign, &is_named);
        let unknown = self.shape(what, &random, &is_named);
        let (Some(foreign), Some(unknown)) = (foreign, unknown) else {
            return;
        };
        if let Some(difference) = foreign.difference(&unknown) {
            self.leak(&format!(
                "{what} of the other organisation is answered {difference}"
            ));
        }
    }

    fn shape(
        &mut self,
        what: &str,
        names: &Names,
        is_named: impl Fn(&Slot) -> bool,
    ) -> Option<Shape> {
        let (slots, own) = (&self.operation.slots, self.probe.own);
        let tried = |slot: &Slot| is_named(slot).then(|| names.of(slot.kind));
        let chosen = slots.iter().map(|slot| tried(slot).or(default(own, slot)));
        let answer = self.ask(what, &chosen.collect::<Vec<_>>())?;
        let shape = answer.shape(&slots.iter().filter_map(tried).collect::<Vec<_>>());
        let has_changed = answer.is_success() && !self.operation.reads();
        Some(if has_changed { shape.timeless() } else { shape })
    }

    /// Names only what is the caller's own.
    fn alone(&mut self) {
        let slots = self.operation.slots.iter();
        let chosen: Vec<_> = slots.map(|slot| default(self.probe.own, slot)).collect();
        let Some(answer) = self.ask("one's own", &chosen) else {
            return;
        };
        if self.operation.reads() && self.by.is_taken(self.operation) && !answer.is_success() {
            let status = answer.status;
            self.not_probed(&format!("one's own is answered {status}"));
        }
    }

    /// Sends the request and looks at the answer by itself.
    fn ask(&mut self, what: &str, chosen: &[Option<&str>]) -> Option<Answer> {
        let credential = (self.probe.credential)(self.by);
        let request = self.operation.request(chosen, credential);
        let answer = match (self.probe.send)(&request) {
            Ok(answer) => answer,
            Err(error) => {
                self.not_probed(&format!("{what}: {error:#}"));
                return None;
            }
        };
        let is_sent = |mark: &&String| request.names(mark.as_str());
        let mut marks = self.probe.marks.iter().filter(|mark| !is_sent(mark));
        if marks.any(|mark| answer.holds(mark)) {
            self.leak(&format!(
                "{what}: the answer holds what is the other organisation's"
            ));
        }
        let refused = self.by.is_taken(self.operation) && answer.status == 401;
        let misunderstood = answer
            .code()
            .is_some_and(|code| code == "VALIDATION_FAILED");
        if refused || misunderstood || answer.status >= 500 {
            let code = answer.code().unwrap_or_default();
            self.not_probed(&format!("{what} is answered {} {code}", answer.status));
        }
        Some(answer)
    }

    fn leak(&mut self, what: &str) {
        let by = self.by.name();
        self.findings.push(Finding::Leak(format!("{by}: {what}")));
    }

    fn not_probed(&mut self, why: &str) {
        let by = self.by.name();
        self.findings
            .push(Finding::NotProbed(format!("{by}: {why}")));
    }
}

/// What stands in a slot that nothing else is tried in: a filter is left out, so that it hides nothing.
fn default<'a>(own: &'a Names, slot: &Slot) -> Option<&'a str> {
    (slot.place != Place::Query).then(|| own.of(slot.kind))
}
