use super::*;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{fmt::MakeWriter, layer::SubscriberExt};

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Sink {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn written(level: LevelFilter, format: LineFormat, work: impl FnOnce()) -> String {
    let sink = Sink::default();
    let subscriber =
        tracing_subscriber::registry().with(LogLayer::new(level, format, sink.clone()));
    tracing::subscriber::with_default(subscriber, work);
    let bytes = sink.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

fn json_of(work: impl FnOnce()) -> Value {
    let text = written(LevelFilter::INFO, LineFormat::Json, work);
    assert_eq!(text.matches('\n').count(), 1, "{text:?}");
    serde_json::from_str(&text).unwrap()
}

/// One of each family that could break a line, a terminal or a reader's eyes.
const HOSTILE: &str =
    "a\r\nb\x1b[31mc\u{85}d\u{2028}e\u{2029}f\u{202e}g\u{2066}h\u{200f}i\u{feff}j\u{7f}k\0l\"m\\n";

#[test]
fn a_line_has_the_four_members_then_event_fields_then_span_fields() {
    let text = written(LevelFilter::INFO, LineFormat::Json, || {
        let span = tracing::info_span!(
            "request",
            request_id = "r-1",
            path = tracing::field::Empty,
            status_code = 1
        );
        let _entered = span.enter();
        span.record("path", "/orgs/{organisation_id}");
        tracing::info!(target: "adapter_http", status_code = 200, duration_ms = 1.5, ok = true, "request completed");
    });
    let start = text.find(",\"level\"").unwrap();
    assert_eq!(
        &text[start..],
        ",\"level\":\"INFO\",\"logger\":\"adapter_http\",\"message\":\"request completed\",\"status_code\":200,\
         \"duration_ms\":1.5,\"ok\":true,\"request_id\":\"r-1\",\"path\":\"/orgs/{organisation_id}\"}\n"
    );
    let line: Value = serde_json::from_str(&text).unwrap();
    let timestamp = line["timestamp"].as_str().unwrap();
    assert_eq!(
        (timestamp.len(), &timestamp[10..11], &timestamp[26..]),
        (27, "T", "Z"),
        "{timestamp}"
    );
}

#[test]
fn inner_spans_win_over_outer_ones() {
    let line = json_of(|| {
        let _outer = tracing::info_span!("outer", depth = 1, request_id = "r").entered();
        let _inner = tracing::info_span!("inner", depth = 2).entered();
        tracing::error!("failed");
    });
    assert_eq!(
        (&line["depth"], &line["request_id"]),
        (&json!(2), &json!("r"))
    );
}

#[test]
fn hostile_text_stays_one_json_object_and_reads_back_unchanged() {
    let work = || {
        let _span = tracing::info_span!("request", user_agent = HOSTILE).entered();
        tracing::info!(name = %HOSTILE, debug = ?HOSTILE, "{HOSTILE}");
    };
    let text = written(LevelFilter::INFO, LineFormat::Json, work);
    let line = text.strip_suffix('\n').unwrap();
    assert!(!line.chars().any(escape::is_unsafe), "{line:?}");
    let line: Value = serde_json::from_str(line).unwrap();
    for member in ["message", "name", "user_agent"] {
        assert_eq!(line[member], HOSTILE, "{member}");
    }
}

#[test]
fn hostile_text_stays_one_line_on_a_terminal() {
    let text = written(
        LevelFilter::INFO,
        LineFormat::Text { colour: false },
        || {
            tracing::info!(target: "adapter_http", name = HOSTILE, count = 2, "{HOSTILE}");
        },
    );
    let line = text.strip_suffix('\n').unwrap();
    assert!(!line.chars().any(escape::is_unsafe), "{line:?}");
    assert!(
        line.contains(r"INFO adapter_http: a\r\nb\u{1b}[31mc"),
        "{line}"
    );
    assert!(line.ends_with("count=2"), "{line}");
}

#[test]
fn only_the_level_is_coloured() {
    let text = written(LevelFilter::INFO, LineFormat::Text { colour: true }, || {
        tracing::warn!(target: "adapter_http", "odd");
    });
    assert!(
        text.contains("Z \x1b[33mWARNING\x1b[0m adapter_http: odd\n"),
        "{text:?}"
    );
}

#[test]
fn a_field_cannot_pose_as_the_level() {
    let line = json_of(|| tracing::info!(level = "ERROR", "hello"));
    assert_eq!(
        (&line["level"], &line["field.level"]),
        (&json!("INFO"), &json!("ERROR"))
    );
}

#[test]
fn a_warning_keeps_its_request_id_when_information_is_off() {
    let text = written(LevelFilter::WARN, LineFormat::Json, || {
        let _span = tracing::info_span!("request", request_id = "r-1").entered();
        tracing::info!("dropped");
        tracing::warn!("kept");
    });
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(
        text.contains("\"message\":\"kept\",\"request_id\":\"r-1\""),
        "{text}"
    );
}

#[test]
fn an_error_is_written_with_its_causes() {
    #[derive(Debug, thiserror::Error)]
    #[error("saving failed")]
    struct Failure(#[source] io::Error);
    let failure = Failure(io::Error::other("disk is full"));
    let line = json_of(|| {
        tracing::error!(error = &failure as &dyn std::error::Error, "oops");
    });
    assert_eq!(line["error"], "saving failed: disk is full");
}

#[test]
fn a_panic_is_one_line_with_its_place_and_without_its_payload() {
    let line = json_of(|| {
        let before = std::panic::take_hook();
        log_panics();
        let caught = std::panic::catch_unwind(|| panic!("canary-4711"));
        std::panic::set_hook(before);
        assert!(caught.is_err());
    });
    assert_eq!(
        (&line["level"], &line["logger"]),
        (&json!("ERROR"), &json!("panic"))
    );
    assert!(
        line["location"].as_str().unwrap().contains("tests.rs"),
        "{line}"
    );
    assert!(!line.to_string().contains("canary-4711"));
}

#[test]
fn settings_accept_every_contract_spelling_of_a_level() {
    use crate::LogLevel;
    for (raw, filter) in [
        ("CRITICAL", LevelFilter::ERROR),
        ("error", LevelFilter::ERROR),
        ("Warning", LevelFilter::WARN),
        ("info", LevelFilter::INFO),
        ("DEBUG", LevelFilter::DEBUG),
        ("trace", LevelFilter::TRACE),
    ] {
        assert_eq!(
            LogLevel::try_from(raw.to_owned()).unwrap().filter(),
            filter,
            "{raw}"
        );
    }
    assert!(LogLevel::try_from("verbose".to_owned()).is_err());
}

#[test]
fn libraries_are_heard_when_they_warn_or_when_someone_debugs() {
    let talk = || {
        tracing::info!(target: "sqlx::postgres::notice", "chatter");
        tracing::warn!(target: "sqlx::postgres::notice", "trouble");
    };
    let usual = written(LevelFilter::INFO, LineFormat::Json, talk);
    assert!(
        !usual.contains("chatter") && usual.contains("trouble"),
        "{usual}"
    );
    assert!(written(LevelFilter::DEBUG, LineFormat::Json, talk).contains("chatter"));
}
