use domain::id::TenantId;
use std::fmt;

/// What became of a silo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiloOutcome {
    /// So many scripts ran.
    Migrated(usize),
    /// It was there already, or has been removed meanwhile.
    Current,
    /// It was set aside, as it was.
    Failed(SiloFailure),
}

/// Why a silo was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiloFailure {
    /// The migration that failed; `None` when the silo could not even be asked what it lacks.
    pub migration: Option<String>,
    /// What the database said.
    pub reason: String,
}

impl fmt::Display for SiloFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.migration {
            Some(migration) => write!(f, "{migration}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// A silo is done.
#[derive(Clone, Debug)]
pub struct SiloStep {
    /// Whose.
    pub tenant: TenantId,
    /// What became of it.
    pub outcome: SiloOutcome,
    /// How many are done, this one included.
    pub finished: usize,
    /// How many there are.
    pub total: usize,
}

/// Is told of every silo.
pub type OnStep<'a> = dyn FnMut(&SiloStep) + Send + 'a;

/// What became of all silos.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiloReport {
    /// How many were taken forward.
    pub migrated: usize,
    /// How many were there already.
    pub current: usize,
    /// Those that were set aside.
    pub failed: Vec<(TenantId, SiloFailure)>,
}

impl SiloReport {
    /// Adds what became of the silos of another database.
    pub fn absorb(&mut self, other: Self) {
        self.migrated += other.migrated;
        self.current += other.current;
        self.failed.extend(other.failed);
    }

    pub(super) fn add(&mut self, tenant: TenantId, outcome: &SiloOutcome) {
        match outcome {
            SiloOutcome::Migrated(_) => self.migrated += 1,
            SiloOutcome::Current => self.current += 1,
            SiloOutcome::Failed(failure) => self.failed.push((tenant, failure.clone())),
        }
    }

    pub(super) fn finished(&self) -> usize {
        self.migrated + self.current + self.failed.len()
    }
}

/// A silo that is behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Whose.
    pub tenant: TenantId,
    /// The migrations that it lacks, oldest first, or why it cannot be asked.
    pub lacking: Result<Vec<String>, String>,
}
