use crate::config::{Refusal, Settings};

/// Settings that are not safe in production.
#[derive(Debug)]
pub struct Refused(Vec<Refusal>);

impl Refused {
    /// Passes settings that may be served with.
    ///
    /// # Errors
    /// Everything that stands between them and production.
    pub fn check(settings: &Settings) -> Result<(), Self> {
        let refusals = settings.check_production();
        if refusals.is_empty() {
            Ok(())
        } else {
            Err(Self(refusals))
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refusing to start: ")?;
        for (n, refusal) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", refusal.key, refusal.reason)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}
