//! Requests that are hardly HTTP: each is refused, and the next caller is served.

use serde_json::json;
use tenantry_tests::{ADMIN_TOKEN, RawStream, TestServer, ZERO, soon, until};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Sends bytes and reads the status line, or what there is before the connection ends.
async fn status_line(server: &TestServer, request: &[u8]) -> String {
    let host = server.address().replace("http://", "");
    let mut socket = TcpStream::connect(host).await.expect("somebody listens");
    // The server may hang up before it has read everything.
    let _was_sent = socket.write_all(request).await;
    let mut answer = Vec::new();
    soon("an answer or the end", async {
        let mut buffer = [0; 1_024];
        while !answer.contains(&b'\n') {
            match socket.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(count) => answer.extend_from_slice(&buffer[..count]),
            }
        }
    })
    .await;
    let text = String::from_utf8_lossy(&answer).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

/// A request for creating a flag, with these further headers and this body.
fn create_flag(headers: &str, body: &str) -> Vec<u8> {
    let request = format!(
        "POST /api/v1/projects/default/flags HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer {ADMIN_TOKEN}\r\nContent-Type: application/json\r\n{headers}\r\n{body}"
    );
    request.into_bytes()
}

#[tokio::test]
async fn requests_that_could_be_read_in_two_ways_are_not_read() {
    let server = TestServer::on_sqlite().await;
    let body = r#"{"key":"smuggled"}"#;
    let length = body.len();
    let chunked = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
    for (headers, body) in [
        (
            format!("Content-Length: {length}\r\nContent-Length: 4\r\n"),
            body,
        ),
        ("Content-Length: -1\r\n".to_owned(), body),
        (
            "Content-Length: 9999999999999999999999\r\n".to_owned(),
            body,
        ),
        (
            "Transfer-Encoding: chunked, identity\r\n".to_owned(),
            &*chunked,
        ),
        ("Transfer-Encoding: nonsense\r\n".to_owned(), &*chunked),
        ("Bad Header: x\r\n".to_owned(), ""),
        ("X-Split: a\r\n b\0c\r\n".to_owned(), ""),
    ] {
        let line = status_line(&server, &create_flag(&headers, body)).await;
        assert!(
            line.is_empty() || line.starts_with("HTTP/1.1 4"),
            "{headers:?} was answered with {line:?}"
        );
    }
    server
        .project()
        .get("/flags/smuggled")
        .await
        .problem(404, "not_found");
}

#[tokio::test]
async fn heads_beyond_all_measure_are_refused() {
    let server = TestServer::on_sqlite().await;
    let megabyte = format!("X-Large: {}\r\n", "x".repeat(1 << 20));
    let many: Vec<String> = (0..10_000)
        .map(|number| format!("X-{number}: y\r\n"))
        .collect();
    let many = many.concat();
    for headers in [megabyte, many] {
        let line = status_line(&server, &create_flag(&headers, "")).await;
        assert!(
            line.is_empty() || line.starts_with("HTTP/1.1 4"),
            "{} bytes of headers were answered with {line:?}",
            headers.len()
        );
    }
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(70_000));
    let line = status_line(&server, long.as_bytes()).await;
    assert!(line.starts_with("HTTP/1.1 4"), "a long path: {line:?}");
    server.project().create_flag("still-served").await;
}

#[tokio::test]
async fn a_body_that_breaks_off_changes_nothing() {
    let server = TestServer::on_sqlite().await;
    let host = server.address().replace("http://", "");
    let mut socket = TcpStream::connect(host).await.expect("somebody listens");
    let request = create_flag("Content-Length: 100\r\n", r#"{"key":"half"}"#);
    socket.write_all(&request).await.expect("somebody reads");
    drop(socket);
    let repeated = server.project().get("/flags?limit=1&limit=2").await;
    assert!(
        matches!(repeated.status.as_u16(), 200 | 400),
        "{repeated:#?}"
    );
    server
        .project()
        .get("/flags/half")
        .await
        .problem(404, "not_found");
    let whole = json!({"key": "half"});
    server
        .project()
        .post("/flags")
        .json(&whole)
        .await
        .expect(201);
}

#[tokio::test]
async fn who_takes_for_ever_to_ask_is_left_and_a_stream_is_not() {
    let server =
        TestServer::on_sqlite_with(|config| config.limits.header_timeout_seconds = 1).await;
    let project = server.project();
    project.create_flag("a").await;
    let token = project.create_token("sdk").await.secret;
    server.published().await;
    let mut stream = RawStream::connect(&server.address(), &token)
        .await
        .expect("let in");
    stream.hello(0, ZERO).await;
    stream.frame().await;

    let host = server.address().replace("http://", "");
    let whole = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let (mut asking, mut idle) = (Vec::new(), Vec::new());
    for sent in [
        &b""[..],
        b"G",
        &whole[..whole.len() - 2],
        b"PRI * HTTP/2.0\r\n",
    ] {
        let mut socket = TcpStream::connect(&host).await.expect("somebody listens");
        socket.write_all(sent).await.expect("sent");
        asking.push(socket);
    }
    // An answered request leaves a connection behind that is idle.
    let mut socket = TcpStream::connect(&host).await.expect("somebody listens");
    socket.write_all(whole).await.expect("sent");
    idle.push(socket);
    for socket in asking.iter_mut().chain(&mut idle) {
        let mut rest = Vec::new();
        let ended = socket.read_to_end(&mut rest);
        soon("the server hangs up", ended).await.ok();
    }
    project.create_flag("b").await;
    stream.frame_of("delta").await;
}

#[tokio::test]
async fn a_byte_now_and_then_does_not_help() {
    let server =
        TestServer::on_sqlite_with(|config| config.limits.header_timeout_seconds = 1).await;
    let host = server.address().replace("http://", "");
    let mut socket = TcpStream::connect(host).await.expect("somebody listens");
    socket
        .write_all(b"GET / HTTP/1.1\r\nA: ")
        .await
        .expect("sent");
    until("the server hangs up", async || {
        let sent = socket.write_all(b"a").await;
        let mut byte = [0];
        let ended = matches!(socket.try_read(&mut byte), Ok(0));
        (ended || sent.is_err()).then_some(())
    })
    .await;
    server.root().get("/health/live").await.expect(204);
}
