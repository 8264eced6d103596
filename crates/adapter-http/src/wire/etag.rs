//! Entity tags: the row's version, as a strong validator (RFC 9110, section 8.8.3).

use actix_web::http::header::{HeaderMap, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use application::precondition::Precondition;

/// The tag of a version.
pub(crate) fn entity_tag(version: i64) -> String {
    format!("\"v{version}\"")
}

/// What `If-Match` demands; weak and foreign tags match nothing, as the strong comparison wants it.
pub(crate) fn demanded(headers: &HeaderMap) -> Precondition {
    let mut values = headers.get_all(IF_MATCH).peekable();
    if values.peek().is_none() {
        return Precondition::None;
    }
    let mut versions = Vec::new();
    for tag in values.filter_map(text).flat_map(|value| value.split(',')) {
        match tag.trim() {
            "*" => return Precondition::Exists,
            tag => versions.extend(version(tag)),
        }
    }
    Precondition::OneOf(versions)
}

/// The same where there need not be a resource yet: there `If-None-Match: *` demands that there is none.
pub(crate) fn demanded_of_any(headers: &HeaderMap) -> Precondition {
    let mut unless = headers.get_all(IF_NONE_MATCH).filter_map(text);
    match demanded(headers) {
        Precondition::None if unless.any(|value| value.trim() == "*") => Precondition::Absent,
        demand => demand,
    }
}

fn text(value: &HeaderValue) -> Option<&str> {
    value.to_str().ok()
}

/// The version that one of our tags names; only its one canonical spelling is a tag of ours.
fn version(tag: &str) -> Option<i64> {
    let version = tag.strip_prefix("\"v")?.strip_suffix('"')?.parse().ok()?;
    (entity_tag(version) == tag).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderName;

    fn parse(values: &[&str]) -> Precondition {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IF_MATCH, HeaderValue::from_str(value).unwrap());
        }
        demanded(&headers)
    }

    #[test]
    fn a_strong_tag_names_its_version() {
        assert_eq!(parse(&[]), Precondition::None);
        assert_eq!(parse(&["*"]), Precondition::Exists);
        assert_eq!(parse(&[&entity_tag(3)]), Precondition::OneOf(vec![3]));
        assert_eq!(
            parse(&["\"v1\" , \"v2\"", "\"v3\""]),
            Precondition::OneOf(vec![1, 2, 3])
        );
    }

    #[test]
    fn weak_foreign_and_malformed_tags_match_nothing() {
        for tag in [
            "W/\"v1\"", "\"1\"", "v1", "\"v1", "\"v+1\"", "\"v01\"", "\"v\"", "", "\u{e9}",
        ] {
            assert_eq!(parse(&[tag]), Precondition::OneOf(vec![]), "{tag}");
        }
        assert_eq!(parse(&["W/\"v1\", \"v2\""]), Precondition::OneOf(vec![2]));
    }

    #[test]
    fn what_need_not_be_there_yet_can_be_demanded_to_be_absent() {
        let of = |sent: &[(HeaderName, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in sent {
                headers.append(name.clone(), HeaderValue::from_static(value));
            }
            demanded_of_any(&headers)
        };
        assert_eq!(of(&[(IF_NONE_MATCH, "*")]), Precondition::Absent);
        assert_eq!(of(&[(IF_NONE_MATCH, "\"v1\"")]), Precondition::None);
        assert_eq!(of(&[]), Precondition::None);
        let both = of(&[(IF_NONE_MATCH, "*"), (IF_MATCH, "\"v1\"")]);
        assert_eq!(both, Precondition::OneOf(vec![1]));
    }
}
