//! Collects fields and writes lines.

use super::{
    fields::Fields,
    line::{Line, LineFormat},
};
use std::io::Write;
use tracing::{
    Event, Metadata, Subscriber,
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    fmt::{
        MakeWriter,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    layer::{Context, Layer},
    registry::LookupSpan,
};

/// Writes every event of a sufficient level to a sink.
///
/// The sink is any [`MakeWriter`], so that a test can read what was written. A line that cannot be written is lost:
/// logging never fails a request.
#[derive(Debug)]
pub struct LogLayer<W> {
    level: LevelFilter,
    format: LineFormat,
    sink: W,
}

impl<W> LogLayer<W> {
    /// A layer that writes events of `level` and above.
    pub const fn new(level: LevelFilter, format: LineFormat, sink: W) -> Self {
        Self {
            level,
            format,
            sink,
        }
    }

    /// Spans carry the fields of more severe events too, so those up to `INFO` exist at every level.
    fn span_level(&self) -> LevelFilter {
        self.level.max(LevelFilter::INFO)
    }

    /// What libraries say of their daily work is for whoever debugs.
    fn library_level(&self) -> LevelFilter {
        if self.level >= LevelFilter::DEBUG {
            self.level
        } else {
            self.level.min(LevelFilter::WARN)
        }
    }
}

impl<S, W> Layer<S> for LogLayer<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let limit = if metadata.is_span() {
            self.span_level()
        } else if is_ours(metadata) {
            self.level
        } else {
            self.library_level()
        };
        *metadata.level() <= limit
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.span_level())
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.take_message();
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.inherit(outer);
            }
        }
        let line = Line {
            timestamp: &timestamp(),
            level: *event.metadata().level(),
            logger: event.metadata().target(),
            message: message.as_deref().unwrap_or(event.metadata().name()),
            fields: &fields,
        };
        let _ = self.sink.make_writer().write_all(&line.render(self.format));
    }
}

/// Whether an event comes from a crate of this workspace.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    let krate = metadata.target().split("::").next().unwrap_or_default();
    krate.starts_with("adapter_") || ["saas_api", "application", "domain"].contains(&krate)
}

fn timestamp() -> String {
    let mut text = String::with_capacity(27);
    SystemTime
        .format_time(&mut Writer::new(&mut text))
        .expect("writing to a string cannot fail");
    text
}
