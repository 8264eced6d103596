use super::{
    Made,
    data::PEOPLE,
    keys::{Keys, MAX_DAYS},
};
use crate::config::Settings;

/// Prints who can sign in, and lines to try.
pub(super) fn print(settings: &Settings, made: &Made) {
    let Made {
        password,
        organisation,
        api_keys: Keys { automation, reader },
    } = made;
    let http = &settings.http;
    let base = format!("http://{}:{}{}", http.host, http.port, http.base_path);
    println!("Everyone signs in with the password {password}");
    for (name, email) in PEOPLE {
        println!("  {email:<28} {name}");
    }
    println!("\nAPI keys of Acme Rockets (shown this once), good for {MAX_DAYS} days:");
    println!("  {automation}  works on projects");
    println!("  {reader}  reads; rotated once");
    println!("\nStart the server with `saas-api` (or `cargo run`), then try:");
    println!(
        "\n  curl -s -H 'X-API-Key: {automation}' \\\n    '{base}/orgs/{organisation}/projects?sort_by=name&sort_direction=asc'"
    );
    println!(
        "\n  TOKEN=$(curl -s {base}/auth/login -H 'Content-Type: application/json' \\\n    -d '{{\"email\":\"{}\",\"password\":\"{password}\"}}' | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')",
        PEOPLE[0].1
    );
    println!("  curl -s -H \"Authorization: Bearer $TOKEN\" {base}/me");
    println!(
        "  curl -s -H \"Authorization: Bearer $TOKEN\" {base}/orgs/{organisation}/audit-events"
    );
}
