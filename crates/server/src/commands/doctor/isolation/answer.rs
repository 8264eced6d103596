//! Answers, and what two of them have to have in common.

use serde_json::Value;

/// Headers that are never twice the same. The length goes with the body, which is compared itself.
const VARYING: [&str; 4] = ["content-length", "date", "x-correlation-id", "x-request-id"];

/// An answer as it came.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The lines after the first.
    head: String,
    body: String,
}

/// What is left of an answer without what may differ. Headers are sorted: their order on the wire is random.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    status: u16,
    headers: Vec<String>,
    body: Value,
}

impl Answer {
    /// Takes the bytes of an answer; `None` when they are no HTTP.
    pub(super) fn parse(raw: &[u8]) -> Option<Self> {
        let raw = String::from_utf8_lossy(raw);
        let (head, body) = raw.split_once("\r\n\r\n")?;
        let (first, head) = head.split_once("\r\n").unwrap_or((head, ""));
        let status = first.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        Some(Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    pub(super) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Whether the text is anywhere in it.
    pub(super) fn holds(&self, text: &str) -> bool {
        self.head.contains(text) || self.body.contains(text)
    }

    /// The `code` of a problem document.
    pub(super) fn code(&self) -> Option<String> {
        let body: Value = serde_json::from_str(&self.body).ok()?;
        body["code"].as_str().map(str::to_owned)
    }

    /// What can be compared with another answer: `sent` are the names in the request that the other one did not have.
    pub(super) fn shape(&self, sent: &[&str]) -> Shape {
        let plain = |text: &str| {
            let replace = |text: String, name: &&str| text.replace(*name, "{name}");
            sent.iter().fold(text.to_owned(), replace)
        };
        let lines = plain(&self.head);
        let varies = |line: &&str| {
            let name = line.split(':').next().unwrap_or_default();
            VARYING.iter().any(|one| name.eq_ignore_ascii_case(one))
        };
        let mut headers: Vec<_> = lines.lines().filter(|line| !varies(line)).collect();
        headers.sort_unstable();
        Shape {
            status: self.status,
            headers: headers.into_iter().map(str::to_owned).collect(),
            body: parsed(plain(&self.body)),
        }
    }
}

fn parsed(body: String) -> Value {
    let Ok(mut body) = serde_json::from_str(&body) else {
        return Value::String(body);
    };
    if let Value::Object(members) = &mut body {
        for varying in ["request_id", "instance"] {
            members.remove(varying);
        }
    }
    body
}

impl Shape {
    /// The same answer, whenever it was given.
    pub(super) fn timeless(mut self) -> Self {
        visit(&mut self.body, &mut |text| {
            if is_instant(text) {
                "{instant}".clone_into(text);
            }
        });
        self
    }

    /// The same answer without the events of refusals, if it is a list of events. What its pagination says counts them.
    pub(super) fn without_refusals(mut self) -> Self {
        let is_refusal = |item: &Value| {
            let action = item["action"].as_str();
            action.is_some_and(|action| action.starts_with("access."))
        };
        if let Value::Object(list) = &mut self.body
            && let Some(Value::Array(items)) = list.get_mut("items")
            && items.iter().any(|item| item["action"].is_string())
        {
            items.retain(|item| !is_refusal(item));
            list.remove("pagination");
        }
        self
    }

    /// What is different in another answer.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self.status != other.status {
            Some(format!("{} and not {}", self.status, other.status))
        } else if self.headers != other.headers {
            Some("with other headers".to_owned())
        } else if self.body != other.body {
            Some("with another body".to_owned())
        } else {
            None
        }
    }
}

fn visit(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, change)),
        Value::Object(members) => members.values_mut().for_each(|one| visit(one, change)),
        _ => {}
    }
}

/// Whether it has the form of our timestamps: `2026-01-02T03:04:05.678901Z`.
fn is_instant(text: &str) -> bool {
    let bytes = text.as_bytes();
    let at = |index: usize, byte: u8| bytes.get(index) == Some(&byte);
    text.len() >= 20 && at(4, b'-') && at(10, b'T') && at(13, b':') && text.ends_with('Z')
}
