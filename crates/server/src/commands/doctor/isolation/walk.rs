//! Every operation in every place, as both kinds of callers.

use super::{
    answer::Answer,
    client::{self, Request},
    contents,
    document::{Document, Operation},
    names::Names,
    organisations::Organisation,
    probe::{Credential, Finding, Probe},
    report::Line,
    view::View,
};
use crate::commands::progress::Progress;
use anyhow::{Context, ensure};
use application::Ports;
use domain::id::UserId;
use serde_json::Value;
use std::{
    cell::Cell,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Two organisations in one place.
pub(super) struct Pair {
    pub(super) place: String,
    /// The one that is looked for.
    pub(super) watched: Organisation,
    /// The one from which it is looked for.
    pub(super) watching: Organisation,
}

/// The server, and what is needed to call it.
pub(super) struct Site {
    pub(super) address: SocketAddr,
    /// Where the API is mounted.
    pub(super) base: String,
    /// Its own description of it.
    pub(super) document: Value,
    pub(super) ports: Ports,
    /// Set when somebody wants the run to end.
    pub(super) stopped: Arc<AtomicBool>,
}

/// What was found, an operation a line, and how many requests that took.
pub(super) struct Walked {
    pub(super) lines: Vec<Line>,
    pub(super) requests: usize,
}

impl Site {
    /// Probes every pair.
    ///
    /// # Errors
    /// When the run was stopped, or cannot prove anything.
    pub(super) fn walk(&self, pairs: &[Pair]) -> anyhow::Result<Walked> {
        let round = Round {
            site: self,
            requests: Cell::new(0),
        };
        let mut lines = Vec::new();
        for pair in pairs {
            let caller = pair.watching.caller();
            let operations = Document(&self.document).operations(&caller);
            if lines.is_empty() {
                let line = |(name, _): &(String, _)| Line::new(name);
                lines.extend(operations.iter().map(line));
            }
            round.pair(pair, &operations, &mut lines)?;
        }
        let requests = round.requests.get();
        Ok(Walked { lines, requests })
    }

    fn bearer(&self, user: UserId) -> (&'static str, String) {
        // A new one each time: a run can take longer than a token lives.
        let issued = self.ports.issuer.issue(user, self.ports.clock.now());
        ("Authorization", format!("Bearer {}", issued.token))
    }

    fn random(&self) -> Names {
        let id = || self.ports.ids.uuid().to_string();
        Names {
            organisation: id(),
            project: id(),
            resource: id(),
            role: contents::role_name(&self.ports),
            api_key: id(),
            member: id(),
        }
    }
}

struct Round<'a> {
    site: &'a Site,
    requests: Cell<usize>,
}

impl Round<'_> {
    fn pair(
        &self,
        pair: &Pair,
        operations: &[(String, Result<Operation, String>)],
        lines: &mut [Line],
    ) -> anyhow::Result<()> {
        let Pair {
            place,
            watched,
            watching,
        } = pair;
        let progress = Progress::new(operations.len());
        let before = self.view(watched, operations)?;
        let marks = watched.marks();
        let probe = Probe {
            foreign: &watched.names,
            own: &watching.names,
            marks: &marks,
            random: &|| self.site.random(),
            credential: &|by| match by {
                Credential::Token => self.site.bearer(watching.owner.id),
                Credential::Key => ("X-API-Key", watching.key.clone()),
            },
            send: &|request| self.send(request),
        };
        for ((name, operation), line) in operations.iter().zip(lines.iter_mut()) {
            ensure!(!self.site.stopped.load(Ordering::Relaxed), "stopped");
            let findings = match operation {
                Ok(operation) => probe.as_everyone(operation),
                Err(reason) => vec![Finding::NotProbed(reason.clone())],
            };
            line.add(place, findings);
            progress.step(&format!("{place}: {name}"));
        }
        for (name, finding) in before.compare(&self.view(watched, operations)?) {
            let line = lines.iter_mut().find(|line| line.operation == name);
            line.context("every operation has a line")?
                .add(place, [finding]);
        }
        progress.done();
        Ok(())
    }

    /// What the owner of an organisation sees of it.
    fn view(
        &self,
        organisation: &Organisation,
        operations: &[(String, Result<Operation, String>)],
    ) -> anyhow::Result<View> {
        let operations = operations.iter().filter_map(|(_, one)| one.as_ref().ok());
        let (names, canary) = (&organisation.names, &organisation.canary);
        View::of(operations, names, canary, |operation, chosen| {
            let credential = self.site.bearer(organisation.owner.id);
            self.send(&operation.request(chosen, credential))
        })
    }

    fn send(&self, request: &Request) -> anyhow::Result<Answer> {
        self.requests.set(self.requests.get() + 1);
        let raw = client::exchange(self.site.address, &self.site.base, request)?;
        Answer::parse(&raw).context("the answer is no HTTP")
    }
}
