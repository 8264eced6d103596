//! Runs a private PostgreSQL server for a script: prints its URL, and stops it when standard input closes or
//! this process ends.

use std::{
    env,
    io::{self, Read, Write},
    process::ExitCode,
};

use private_postgres::{Durability, PrivatePostgres};

/// Exit code of a wrong command line, as shells use it.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let durability = match arguments.as_slice() {
        [] => Durability::Volatile,
        [only] if only == "--durable" => Durability::Durable,
        _ => {
            eprintln!("usage: private-postgres [--durable]");
            return ExitCode::from(USAGE);
        }
    };
    match serve(durability) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("private-postgres: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(durability: Durability) -> Result<(), Box<dyn std::error::Error>> {
    let server = PrivatePostgres::start_with(durability)?;
    let mut stdout = io::stdout();
    writeln!(stdout, "{}", server.url())?;
    stdout.flush()?;
    io::stdin().lock().read_to_end(&mut Vec::new())?;
    Ok(())
}
