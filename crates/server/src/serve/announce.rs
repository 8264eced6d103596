use crate::config::Settings;
use std::net::TcpListener;

/// Says what was set up and where to click: a log line for machines, and locally a few lines for people.
pub(super) fn announce(settings: &Settings, listener: &TcpListener) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let database = settings.database.url.target().name();
    tracing::info!(%address, database, environment = settings.environment, "listening");
    if settings.is_production() {
        return Ok(());
    }
    let base = format!("http://{address}{}", settings.http.base_path);
    eprintln!(
        "{} {} is listening on {base}",
        settings.app.name, settings.app.version
    );
    eprintln!("  database       {}", settings.database.url);
    if settings.docs_enabled() {
        eprintln!("  documentation  {base}/docs");
    }
    eprintln!("  try            saas-api demo    (fills a fresh database)");
    Ok(())
}
