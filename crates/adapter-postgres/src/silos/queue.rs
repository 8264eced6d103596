use domain::id::TenantId;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// A silo to take forward.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    pub(super) tenant: TenantId,
    /// How often its locks could not be had.
    pub(super) attempt: u32,
    /// How long to wait before it is tried.
    pub(super) pause: Duration,
}

/// The silos that are left. A job that goes back is taken again by whoever put it there at the latest, so that none is
/// lost when the others have ended.
pub(super) struct Queue(Mutex<VecDeque<Job>>);

impl Queue {
    pub(super) fn of(silos: Vec<TenantId>) -> Self {
        let job = |tenant| Job {
            tenant,
            attempt: 0,
            pause: Duration::ZERO,
        };
        Self(Mutex::new(silos.into_iter().map(job).collect()))
    }

    pub(super) fn take(&self) -> Option<Job> {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.pop_front()
    }

    /// To the end: the others come first.
    pub(super) fn give_back(&self, job: Job) {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.push_back(job);
    }
}
