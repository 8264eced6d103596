//! Further databases, each under a name that organisations can be placed by.

use super::DatabaseUrl;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Named database URLs, written as `name=url` with blanks between them. Shown with the passwords replaced.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cells(Vec<(String, DatabaseUrl)>);

impl Cells {
    /// The databases, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &DatabaseUrl)> {
        self.0.iter().map(|(name, url)| (name.as_str(), url))
    }

    /// The database of a name.
    pub fn get(&self, name: &str) -> Option<&DatabaseUrl> {
        self.iter()
            .find_map(|(own, url)| (own == name).then_some(url))
    }
}

impl TryFrom<String> for Cells {
    type Error = String;

    fn try_from(raw: String) -> Result<Self, String> {
        let mut cells = Self::default();
        for pair in raw.split_ascii_whitespace() {
            let (name, url) = pair
                .split_once('=')
                .filter(|(name, _)| is_name(name))
                .ok_or("must be name=url pairs, names of lower-case letters, digits, _ and -")?;
            if cells.get(name).is_some() {
                return Err(format!("names {name} twice"));
            }
            let url = DatabaseUrl::try_from(url.to_owned());
            let url = url.map_err(|reason| format!("{name}: {reason}"))?;
            cells.0.push((name.to_owned(), url));
        }
        Ok(cells)
    }
}

fn is_name(name: &str) -> bool {
    (1..=63).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

impl From<Cells> for String {
    fn from(cells: Cells) -> Self {
        cells.to_string()
    }
}

impl fmt::Display for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (name, url)) in self.0.iter().enumerate() {
            let gap = if n == 0 { "" } else { " " };
            write!(f, "{gap}{name}={url}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(raw: &str) -> Result<Cells, String> {
        Cells::try_from(raw.to_owned())
    }

    #[test]
    fn databases_are_found_by_name_and_shown_without_passwords() {
        let two = cells("eu2=postgres://app:s3cret@eu/saas  lab=sqlite://lab.db").unwrap();
        assert!(two.get("lab").is_some() && two.get("us").is_none());
        assert_eq!(
            two.to_string(),
            "eu2=postgres://app:***@eu/saas lab=sqlite://lab.db"
        );
        assert_eq!(cells("").unwrap().iter().count(), 0);
    }

    #[test]
    fn what_is_no_named_url_is_refused_without_being_shown() {
        for raw in [
            "s3cret",
            "=postgres://s3cret/x",
            "EU=postgres://s3cret/x",
            "eu=s3cret",
        ] {
            let reason = cells(raw).unwrap_err();
            assert!(!reason.contains("s3cret"), "{reason}");
        }
        assert!(cells("eu=sqlite://a eu=sqlite://b").is_err());
    }
}
