//! A network between a client and a server that fails at a given byte.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToServer,
    ToClient,
}

/// What happens behind the last byte that comes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Both ends see the connection close.
    Cut,
    /// Nothing comes any more, either way.
    Silence,
}

/// A fault of the first connection; those after it are whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FaultPoint {
    pub(crate) way: Way,
    pub(crate) after: u64,
    pub(crate) fault: Fault,
}

/// A place to connect to instead of the server. Dropped, it closes what is open.
#[derive(Debug)]
pub(crate) struct FaultyNetwork {
    pub(crate) port: u16,
    passed: Arc<Passed>,
    is_over: Arc<AtomicBool>,
}

/// Bytes that came through on the first connection.
#[derive(Debug, Default)]
struct Passed {
    to_server: AtomicU64,
    to_client: AtomicU64,
}

impl FaultyNetwork {
    /// Before the server at an address.
    pub(crate) fn before(server: &str, fault: Option<FaultPoint>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has a port").port();
        let (passed, is_over) = (Arc::<Passed>::default(), Arc::<AtomicBool>::default());
        let (server, counted, ends) = (server.to_owned(), Arc::clone(&passed), Arc::clone(&is_over));
        thread::spawn(move || {
            for (number, client) in listener.incoming().enumerate() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(client) = client else { return };
                let Ok(server) = TcpStream::connect(&server) else { return };
                let is_first = number == 0;
                let link = Link {
                    fault: fault.filter(|_| is_first),
                    passed: if is_first { Arc::clone(&counted) } else { Arc::default() },
                    is_silent: Arc::default(),
                    is_over: Arc::clone(&ends),
                };
                link.forward(&client, &server, Way::ToServer);
                link.forward(&server, &client, Way::ToClient);
            }
        });
        Self { port, passed, is_over }
    }

    /// Bytes that have come through on the first connection.
    pub(crate) fn passed(&self, way: Way) -> u64 {
        self.passed.of(way).load(Ordering::SeqCst)
    }
}

impl Drop for FaultyNetwork {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes who listens.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Passed {
    fn of(&self, way: Way) -> &AtomicU64 {
        match way {
            Way::ToServer => &self.to_server,
            Way::ToClient => &self.to_client,
        }
    }
}

/// One connection through the network.
#[derive(Clone)]
struct Link {
    fault: Option<FaultPoint>,
    passed: Arc<Passed>,
    is_silent: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
}

impl Link {
    fn forward(&self, from: &TcpStream, to: &TcpStream, way: Way) {
        let (link, from, to) = (self.clone(), from.try_clone(), to.try_clone());
        let (Ok(from), Ok(to)) = (from, to) else { return };
        thread::spawn(move || {
            // Looks up from time to time whether the other way has failed.
            let _ = from.set_read_timeout(Some(Duration::from_millis(20)));
            link.pass(&from, &to, way);
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        });
    }

    fn pass(&self, mut from: &TcpStream, mut to: &TcpStream, way: Way) {
        let mut buffer = vec![0; 1 << 16];
        let left = || {
            let fault = self.fault.filter(|fault| fault.way == way)?;
            Some((fault.after.saturating_sub(self.passed.of(way).load(Ordering::SeqCst)), fault.fault))
        };
        while !self.is_over.load(Ordering::SeqCst) {
            match left() {
                Some((0, Fault::Cut)) => return,
                Some((0, Fault::Silence)) => self.is_silent.store(true, Ordering::SeqCst),
                _ => {}
            }
            if self.is_silent.load(Ordering::SeqCst) {
                // A network that is silent does not say that an end is closed either.
                thread::sleep(Duration::from_millis(20));
                continue;
            }
            let room = left().map_or(buffer.len(), |(left, _)| buffer.len().min(left as usize));
            match from.read(&mut buffer[..room]) {
                Ok(0) => return,
                Ok(read) => {
                    if to.write_all(&buffer[..read]).is_err() {
                        return;
                    }
                    self.passed.of(way).fetch_add(read as u64, Ordering::SeqCst);
                }
                Err(error)
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) => {}
                Err(_) => return,
            }
        }
    }
}

/// A server that takes connections and never says a word; its address.
pub(crate) fn silent_server() -> (TcpListener, u16) {
    // Connections wait in the listener's own queue: nobody need accept them.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has a port").port();
    (listener, port)
}
