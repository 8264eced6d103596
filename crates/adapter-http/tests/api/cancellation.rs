//! A client that goes away does not stop what it asked for.

use crate::support::{Behaviour, FINISHED, TOKEN, serve};
use actix_web::rt::time::sleep;
use std::{sync::atomic::Ordering, time::Duration};
use tokio::{io::AsyncWriteExt, net::TcpStream};

#[actix_web::test]
async fn a_use_case_is_carried_out_to_the_end_although_the_connection_is_reset() {
    let id = "0198c0de-0000-7000-8000-00000000000a";
    let request = format!(
        "GET /orgs/{id}/projects/{id} HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(serve(Behaviour::Dawdles)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    sleep(Duration::from_millis(40)).await;
    assert_eq!(
        FINISHED.load(Ordering::SeqCst),
        0,
        "too late to interrupt it"
    );
    stream.set_zero_linger().unwrap();
    drop(stream);
    sleep(Duration::from_millis(400)).await;
    assert_eq!(FINISHED.load(Ordering::SeqCst), 1);
}
