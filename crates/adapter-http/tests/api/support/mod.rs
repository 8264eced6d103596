//! The API over ports that do what a test wants, without a database.

mod store;

pub use store::{Behaviour, FINISHED, USER};

use actix_web::{
    HttpServer,
    body::MessageBody,
    dev::ServiceResponse,
    http::header::HeaderMap,
    rt,
    test::{self, TestRequest},
};
use adapter_http::{Api, HttpSettings, RequestMetrics};
use application::Ports;
use domain::{
    api_key::{KeyDigest, KeyId},
    id::UserId,
    password::PasswordPolicy,
    ports::{
        Clock, Counted, Counters, IdGenerator, MockKeyMint, MockPasswordHasher, MockTokenIssuer,
        MockTokenVerifier,
    },
};
use futures_util::future::LocalBoxFuture;
use serde_json::Value;
use std::{
    net::SocketAddr,
    rc::Rc,
    sync::{Arc, Mutex},
    time::Duration,
};
use time::OffsetDateTime;
use uuid::Uuid;

/// The access token of [`USER`].
pub const TOKEN: &str = "Bearer good-token";
/// A well-formed API key.
pub const KEY: &str = "saas_key";

/// Requests as the metrics saw them: method, route, status.
#[derive(Default)]
pub struct Recorded {
    pub requests: Mutex<Vec<(String, String, u16)>>,
    pub shed: Mutex<Vec<&'static str>>,
}

impl RequestMetrics for Recorded {
    fn request(&self, method: &str, route: &str, status: u16, seconds: f64) {
        assert!(seconds >= 0.0);
        self.requests
            .lock()
            .unwrap()
            .push((method.into(), route.into(), status));
    }

    fn shed(&self, reason: &'static str) {
        self.shed.lock().unwrap().push(reason);
    }

    fn render(&self) -> String {
        "# HELP saas_api_requests_total Requests.\n".into()
    }

    fn content_type(&self) -> &'static str {
        "text/plain; version=1.0.0; charset=utf-8"
    }
}

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH
    }
}

impl IdGenerator for Fixed {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(0xAB)
    }
}

impl Counters for Fixed {
    fn count(&self, _: Counted) {}
}

/// Settings of the tests.
pub fn settings() -> HttpSettings {
    HttpSettings {
        app_name: "saas-api".into(),
        app_version: "0.1.0".into(),
        environment: "test".into(),
        database_name: "PostgreSQL",
        base_path: String::new(),
        docs_enabled: true,
        metrics_enabled: true,
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        max_body_bytes: 4096,
        max_auth_body_bytes: 512,
        body_deadline: Duration::from_millis(200),
        handler_deadline: Duration::from_millis(200),
        idempotency_keep: Duration::from_hours(24),
        hsts: false,
    }
}

/// The API over a store that behaves in this way.
pub fn api(behaviour: Behaviour) -> (Api, Arc<Recorded>) {
    let mut verifier = MockTokenVerifier::new();
    verifier
        .expect_verify()
        .returning(|token, _| (token == "good-token").then_some(UserId::from_uuid(USER)));
    let mut mint = MockKeyMint::new();
    mint.expect_recognise().returning(|raw| {
        let id = KeyId::parse("0123456789abcdefghijAB").unwrap();
        (raw == KEY).then_some((id, KeyDigest::new([9; 32])))
    });
    let fixed = Arc::new(Fixed);
    let ports = Ports {
        store: Arc::new(behaviour),
        clock: fixed.clone(),
        ids: fixed.clone(),
        hasher: Arc::new(MockPasswordHasher::new()),
        issuer: Arc::new(MockTokenIssuer::new()),
        verifier: Arc::new(verifier),
        mint: Arc::new(mint),
        operator_mint: Arc::new(MockKeyMint::new()),
        bootstrap_mint: Arc::new(MockKeyMint::new()),
        counters: fixed.clone(),
    };
    let recorded = Arc::new(Recorded::default());
    let api = Api {
        app: Arc::new(application::App::new(&ports, PasswordPolicy::new(12))),
        settings: settings(),
        cursor_key: [3; 32],
        jwks: serde_json::json!({ "keys": [] }),
        metrics: recorded.clone(),
        traces: None,
        ids: fixed,
        draining: Arc::default(),
    };
    (api, recorded)
}

/// A whole answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} {}", self.status, self.text))
    }

    /// The problem's code, once it is certain that the whole document is there.
    pub fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        let body = self.json();
        let id = self.header("x-request-id").unwrap();
        assert_eq!(body["status"], self.status);
        assert_eq!(body["request_id"], id);
        assert_eq!(body["instance"], format!("urn:saas-api:request:{id}"));
        let code = body["code"].as_str().unwrap();
        let name = code.to_lowercase().replace('_', "-");
        assert_eq!(body["type"], format!("urn:saas-api:problem:{name}"));
        assert!(!body["title"].as_str().unwrap().is_empty());
        assert!(!body["detail"].as_str().unwrap().is_empty());
        code.to_owned()
    }

    /// `type` and `loc` of every validation error.
    pub fn violations(&self) -> Vec<String> {
        assert_eq!(self.code(), "VALIDATION_FAILED", "{self:?}");
        let errors = self.json()["errors"].clone();
        let shown = |e: &Value| format!("{} {}", e["type"].as_str().unwrap(), e["loc"]);
        errors.as_array().unwrap().iter().map(shown).collect()
    }
}

impl Reply {
    /// Reads an answer.
    pub async fn of<B: MessageBody>(response: ServiceResponse<B>) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = String::from_utf8_lossy(&test::read_body(response).await).into_owned();
        Self {
            status,
            headers,
            text,
        }
    }
}

/// Sends requests to one API.
pub struct Client(Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Reply>>);

impl Client {
    pub async fn send(&self, request: TestRequest) -> Reply {
        (self.0)(request).await
    }
}

/// Mounts an API.
pub async fn client(api: Api) -> Client {
    let service = test::init_service(adapter_http::application(Arc::new(api))).await;
    let service = Rc::new(service);
    Client(Box::new(move |request| {
        let service = service.clone();
        Box::pin(async move {
            Reply::of(test::call_service(&*service, request.to_request()).await).await
        })
    }))
}

/// Sends one request to an API.
pub async fn send(api: Api, request: TestRequest) -> Reply {
    client(api).await.send(request).await
}

/// Serves an API on a free port.
pub fn serve(behaviour: Behaviour) -> SocketAddr {
    let api = Arc::new(api(behaviour).0);
    let server = HttpServer::new(move || adapter_http::application(api.clone()))
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
    let address = server.addrs()[0];
    rt::spawn(server.run());
    address
}
