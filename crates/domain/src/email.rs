//! E-mail addresses as people type them, and the one form in which they are stored and compared.

use unicode_normalization::UnicodeNormalization;

/// An address in its stored form: no blanks around it, NFC, lower case, at most 254 code points.
///
/// The rules are those of RFC 5321/6531 without their rare corners: no quoted local part, no address literal, a
/// domain of at least two labels that is not reserved for special use (RFC 6761). No DNS look-up is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

/// Why a text is not an accepted address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// No `@`, or more than one.
    #[error("An email address must have exactly one @-sign.")]
    AtSign,
    /// More than 254 code points.
    #[error("The email address is too long.")]
    TooLong,
    /// The part before the `@` is empty or holds a character or a dot where none may stand.
    #[error("The part before the @-sign is not valid.")]
    LocalPart,
    /// The part after the `@` is not a domain name.
    #[error("The part after the @-sign is not valid.")]
    Domain,
    /// The domain has one label only.
    #[error("The part after the @-sign is not valid. It should have a period.")]
    NoPeriod,
    /// The domain is reserved and can never receive mail.
    #[error(
        "The part after the @-sign is a special-use or reserved name that cannot be used with email."
    )]
    Reserved,
}

const RESERVED: [&str; 6] = ["localhost", "local", "test", "invalid", "onion", "arpa"];

impl Email {
    /// Most code points of an address.
    pub const MAX_CHARS: usize = 254;

    /// Takes an untrusted address.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(raw: &str) -> Result<Self, EmailError> {
        // Bounded before the normalisation, which can lengthen a text several times.
        if raw.len() > 4 * (Self::MAX_CHARS + 64) {
            return Err(EmailError::TooLong);
        }
        let email = raw.trim().nfc().collect::<String>().to_lowercase();
        let (local, domain) = email.split_once('@').ok_or(EmailError::AtSign)?;
        if domain.contains('@') {
            return Err(EmailError::AtSign);
        }
        if email.chars().count() > Self::MAX_CHARS {
            return Err(EmailError::TooLong);
        }
        check_local_part(local)?;
        check_domain(domain)?;
        Ok(Self(email))
    }

    /// The stored form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_local_part(local: &str) -> Result<(), EmailError> {
    let atom = |c: char| {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_international(c)
    };
    let dot_atom = local
        .split('.')
        .all(|part| !part.is_empty() && part.chars().all(atom));
    if dot_atom {
        Ok(())
    } else {
        Err(EmailError::LocalPart)
    }
}

fn check_domain(domain: &str) -> Result<(), EmailError> {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || is_international(c);
    let label = |part: &str| {
        !part.is_empty()
            && part.chars().count() <= 63
            && part.chars().all(inner)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    if !domain.split('.').all(label) {
        return Err(EmailError::Domain);
    }
    let last = domain.rsplit('.').next().unwrap_or(domain);
    if RESERVED.contains(&last) {
        return Err(EmailError::Reserved);
    }
    if last == domain {
        return Err(EmailError::NoPeriod);
    }
    if last.chars().all(|c| c.is_ascii_digit()) {
        return Err(EmailError::Domain);
    }
    Ok(())
}

/// A letter, mark or digit outside ASCII: no invisible, directional or private character, and no blank.
fn is_international(c: char) -> bool {
    !c.is_ascii() && (c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn trims_lower_cases_and_composes() {
        let stored = |raw| Email::parse(raw).map(|e| e.as_str().to_owned());
        assert_eq!(
            stored("  Ada@Example.COM ").as_deref(),
            Ok("ada@example.com")
        );
        assert_eq!(
            stored("cafe\u{301}@example.com").as_deref(),
            Ok("caf\u{e9}@example.com")
        );
        assert_eq!(stored("用户@例子.广告").as_deref(), Ok("用户@例子.广告"));
    }

    #[test]
    fn refuses_what_cannot_receive_mail() {
        let vectors = [
            ("ada", EmailError::AtSign),
            ("a@b@example.com", EmailError::AtSign),
            ("@example.com", EmailError::LocalPart),
            (".a@example.com", EmailError::LocalPart),
            ("a..b@example.com", EmailError::LocalPart),
            ("\"a b\"@example.com", EmailError::LocalPart),
            ("a\0b@example.com", EmailError::LocalPart),
            ("a\u{202e}b@example.com", EmailError::LocalPart),
            ("a\u{200b}@example.com", EmailError::LocalPart),
            ("a@[127.0.0.1]", EmailError::Domain),
            ("a@127.0.0.1", EmailError::Domain),
            ("a@-x.com", EmailError::Domain),
            ("a@example..com", EmailError::Domain),
            ("a@example", EmailError::NoPeriod),
            ("a@localhost", EmailError::Reserved),
            ("a@x.test", EmailError::Reserved),
        ];
        for (raw, error) in vectors {
            assert_eq!(Email::parse(raw), Err(error), "{raw:?}");
        }
        let long = format!("{}@example.com", "a".repeat(250));
        assert_eq!(Email::parse(&long), Err(EmailError::TooLong));
    }

    proptest! {
        #[test]
        fn the_stored_form_is_a_fixed_point(raw in "\\PC{1,30}@\\PC{1,20}\\.[a-zA-Z]{2,6}") {
            if let Ok(email) = Email::parse(&raw) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
            }
        }
    }
}
