//! Chunked bodies that nobody reads to their end.
//!
//! After the answer actix-http goes on reading what is left of a chunked body, without a deadline, so that the
//! connection can be used again: a client that never ends its body would keep it for ever. While somebody still holds
//! the body, actix-http closes the connection instead, soon after the answer.

use actix_web::{
    HttpMessage,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::header::TRANSFER_ENCODING,
    web::Bytes,
};
use futures_util::Stream;
use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

/// A hold on a request's body.
#[derive(Clone)]
pub(super) struct Unread(Rc<Shared>);

struct Shared {
    body: RefCell<Payload>,
    ended: Cell<bool>,
}

impl Unread {
    /// Takes hold of the body, if it is a chunked one; the handler reads it as before.
    pub(super) fn hold(request: &mut ServiceRequest) -> Option<Self> {
        if !request.headers().contains_key(TRANSFER_ENCODING) {
            return None;
        }
        let held = Self(Rc::new(Shared {
            body: RefCell::new(request.take_payload()),
            ended: Cell::new(false),
        }));
        request.set_payload(Payload::Stream {
            payload: Box::pin(held.clone()),
        });
        Some(held)
    }

    /// Keeps the hold until the answer is sent, unless the body was read.
    pub(super) fn until_sent(self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        if self.0.ended.get() {
            return response;
        }
        response.map_body(|_, answer| {
            BoxBody::new(Holding {
                answer,
                _unread: self,
            })
        })
    }
}

impl Stream for Unread {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut *self.0.body.borrow_mut()).poll_next(cx);
        self.0.ended.set(matches!(next, Poll::Ready(None)));
        next
    }
}

/// An answer together with the hold.
struct Holding {
    answer: BoxBody,
    _unread: Unread,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.answer).poll_next(cx)
    }
}
