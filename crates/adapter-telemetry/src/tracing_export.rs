//! Optional spans over OTLP.

use crate::TraceSettings;
use opentelemetry::{
    KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{TraceContextExt, TracerProvider},
};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{Sampler, SdkTracerProvider},
};
use tracing::{Metadata, Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

/// The scope under which spans are exported.
const SCOPE: &str = "saas-api";

/// Crates that the exporter itself runs on: their spans would feed it with its own work.
const EXPORTER_TARGETS: [&str; 5] = ["hyper", "h2", "opentelemetry", "reqwest", "tower"];

/// The provider behind the endpoint, or `None` when traces are off.
pub(crate) fn provider(
    settings: &TraceSettings,
) -> Result<Option<SdkTracerProvider>, ExporterBuildError> {
    let Some(endpoint) = &settings.endpoint else {
        return Ok(None);
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()?;
    let resource = Resource::builder()
        .with_service_name(settings.service_name.clone())
        .with_attribute(KeyValue::new(
            "service.version",
            settings.service_version.clone(),
        ))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(sampler(settings.sample_ratio))
        .with_resource(resource)
        .build();
    Ok(Some(provider))
}

/// The layer that turns spans into exported spans.
pub(crate) fn layer<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer(SCOPE))
        .with_filter(filter_fn(is_ours))
}

fn sampler(ratio: f64) -> Sampler {
    Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio)))
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    !EXPORTER_TARGETS
        .iter()
        .any(|target| metadata.target().starts_with(target))
}

/// Makes a new span part of the trace that a W3C `traceparent` header names.
///
/// Call it before the span is entered. An invalid header starts a new trace, as the recommendation asks; without
/// exporter nothing happens.
pub fn continue_trace(span: &Span, traceparent: &str) {
    let parent = TraceContextPropagator::new().extract(&Traceparent(traceparent));
    if parent.span().span_context().is_valid() {
        // Fails when traces are off or the span is disabled: there is nothing to continue then.
        let _ = span.set_parent(parent);
    }
}

/// Notes on a request's span how it was answered, in the words of the OpenTelemetry conventions for HTTP servers.
pub fn finish(span: &Span, method: &str, route: &str, status: u16) {
    span.set_attribute("http.request.method", method.to_owned());
    span.set_attribute("http.route", route.to_owned());
    span.set_attribute("http.response.status_code", i64::from(status));
}

struct Traceparent<'a>(&'a str);

impl Extractor for Traceparent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        key.eq_ignore_ascii_case("traceparent").then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry::trace::TraceId;
    use tracing_subscriber::layer::SubscriberExt;

    const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn trace_of(traceparent: &str, ratio: f64) -> (TraceId, bool) {
        let provider = SdkTracerProvider::builder()
            .with_sampler(sampler(ratio))
            .build();
        let subscriber = tracing_subscriber::registry().with(layer(&provider));
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!("request");
            continue_trace(&span, traceparent);
            let context = span.context();
            let context = context.span().span_context().clone();
            (context.trace_id(), context.is_sampled())
        })
    }

    #[test]
    fn the_callers_trace_and_its_sampling_decision_are_continued() {
        let callers = TraceId::from_hex("0af7651916cd43dd8448eb211c80319c").unwrap();
        assert_eq!(trace_of(TRACEPARENT, 0.0), (callers, true));
        assert_eq!(
            trace_of(&TRACEPARENT.replace("-01", "-00"), 1.0),
            (callers, false)
        );
    }

    #[test]
    fn an_invalid_traceparent_starts_a_new_trace() {
        let zero = "00-00000000000000000000000000000000-b7ad6b7169203331-01";
        for invalid in ["", "nonsense", zero, "\u{202e}", &TRACEPARENT[..30]] {
            let (trace, sampled) = trace_of(invalid, 1.0);
            assert_ne!(trace, TraceId::INVALID, "{invalid}");
            assert!(!trace.to_string().starts_with("0af765"), "{invalid}");
            assert!(sampled, "{invalid}");
        }
    }

    #[test]
    fn without_an_exporter_a_traceparent_is_ignored() {
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            continue_trace(&tracing::info_span!("request"), TRACEPARENT);
        });
    }

    #[test]
    fn no_endpoint_means_no_provider() {
        let mut settings = TraceSettings {
            endpoint: None,
            sample_ratio: 1.0,
            service_name: "name".to_owned(),
            service_version: "1".to_owned(),
        };
        assert!(provider(&settings).unwrap().is_none());
        settings.endpoint = Some("not a url".to_owned());
        assert!(provider(&settings).is_err());
        settings.endpoint = Some("http://127.0.0.1:4318/".to_owned());
        assert!(provider(&settings).unwrap().is_some());
    }
}
