//! A bounded number of jobs at once, a bounded number waiting, and none beyond.

use domain::ports::HashingUnavailable;
use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much hashing goes on at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Hashes that run at the same time; at least one does.
    pub threads: usize,
    /// Hashes that may wait for one of them.
    pub queue: usize,
}

impl Default for Limits {
    /// As many threads as cores, and a queue of 64.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            threads: cores,
            queue: 64,
        }
    }
}

pub(super) struct Bulkhead {
    permits: Arc<Semaphore>,
    queue: usize,
    waiting: AtomicUsize,
    rejected: AtomicU64,
}

impl Bulkhead {
    pub(super) fn new(limits: Limits) -> Self {
        let threads = limits.threads.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            permits: Arc::new(Semaphore::new(threads)),
            queue: limits.queue,
            waiting: AtomicUsize::new(0),
            rejected: AtomicU64::new(0),
        }
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    pub(super) fn rejected(&self) -> u64 {
        self.rejected.load(Ordering::Relaxed)
    }

    /// Runs a job on a blocking thread.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingUnavailable> {
        let permit = self.admit().await?;
        // The job takes the permit with it: a client that hangs up drops this future but does not stop the thread, and
        // a permit that came back before the thread did would let the next job in beside it.
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            job()
        })
        .await
        .map_err(|_| HashingUnavailable)
    }

    async fn admit(&self) -> Result<OwnedSemaphorePermit, HashingUnavailable> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let _place = Place::take(&self.waiting, self.queue).ok_or_else(|| {
            self.rejected.fetch_add(1, Ordering::Relaxed);
            HashingUnavailable
        })?;
        Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| HashingUnavailable)
    }
}

/// A place in the queue, given back also when the one who waits gives up.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, queue: usize) -> Option<Self> {
        waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| {
                (n < queue).then_some(n + 1)
            })
            .ok()
            .map(|_| Self(waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::mpsc, time::Duration};

    fn bulkhead(threads: usize, queue: usize) -> Arc<Bulkhead> {
        Arc::new(Bulkhead::new(Limits { threads, queue }))
    }

    /// Starts a job that runs until the sender is dropped; returns when it runs.
    async fn occupy(bulkhead: &Arc<Bulkhead>) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
        let (release, held) = mpsc::channel::<()>();
        let (started, running) = tokio::sync::oneshot::channel();
        let bulkhead = Arc::clone(bulkhead);
        let task = tokio::spawn(async move {
            let job = move || {
                started.send(()).unwrap();
                held.recv().unwrap_err();
            };
            bulkhead.run(job).await.unwrap();
        });
        running.await.unwrap();
        (release, task)
    }

    fn wait_in_line(
        bulkhead: &Arc<Bulkhead>,
    ) -> tokio::task::JoinHandle<Result<(), HashingUnavailable>> {
        let bulkhead = Arc::clone(bulkhead);
        tokio::spawn(async move { bulkhead.run(|| ()).await })
    }

    #[tokio::test]
    async fn beyond_the_queue_jobs_are_refused_at_once() {
        let bulkhead = bulkhead(1, 2);
        let (release, _) = occupy(&bulkhead).await;
        let waiters = [wait_in_line(&bulkhead), wait_in_line(&bulkhead)];
        tokio::task::yield_now().await;
        assert_eq!(bulkhead.waiting(), 2);

        let refused = tokio::time::timeout(Duration::from_millis(20), bulkhead.run(|| ())).await;
        assert_eq!(refused, Ok(Err(HashingUnavailable)));
        assert_eq!((bulkhead.waiting(), bulkhead.rejected()), (2, 1));

        drop(release);
        for waiter in waiters {
            assert_eq!(waiter.await.unwrap(), Ok(()));
        }
        assert_eq!((bulkhead.waiting(), bulkhead.rejected()), (0, 1));
    }

    #[tokio::test]
    async fn no_more_jobs_run_at_once_than_there_are_permits() {
        let bulkhead = bulkhead(3, 100);
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let jobs: Vec<_> = (0..60)
            .map(|_| {
                let (bulkhead, running, most) = (
                    Arc::clone(&bulkhead),
                    Arc::clone(&running),
                    Arc::clone(&most),
                );
                tokio::spawn(async move {
                    let job = move || {
                        most.fetch_max(
                            running.fetch_add(1, Ordering::SeqCst) + 1,
                            Ordering::SeqCst,
                        );
                        std::thread::sleep(Duration::from_millis(2));
                        running.fetch_sub(1, Ordering::SeqCst);
                    };
                    bulkhead.run(job).await
                })
            })
            .collect();
        for job in jobs {
            job.await.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn whoever_gives_up_waiting_frees_the_place() {
        let bulkhead = bulkhead(1, 1);
        let (_release, _) = occupy(&bulkhead).await;
        let waiter = wait_in_line(&bulkhead);
        tokio::task::yield_now().await;
        assert_eq!(bulkhead.waiting(), 1);
        waiter.abort();
        assert!(waiter.await.unwrap_err().is_cancelled());
        assert_eq!(bulkhead.waiting(), 0);
    }

    #[tokio::test]
    async fn a_running_job_keeps_its_permit_when_its_caller_is_gone() {
        let bulkhead = bulkhead(1, 0);
        let (release, caller) = occupy(&bulkhead).await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(
            bulkhead.run(|| ()).await,
            Err(HashingUnavailable),
            "the thread is still busy"
        );

        drop(release);
        let freed = tokio::time::timeout(Duration::from_secs(5), async {
            while bulkhead.run(|| ()).await.is_err() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        freed.await.unwrap();
    }

    #[tokio::test]
    async fn a_job_that_panics_gives_its_permit_back() {
        let bulkhead = bulkhead(1, 0);
        let outcome: Result<(), _> = bulkhead.run(|| panic!("on purpose")).await;
        assert_eq!(outcome, Err(HashingUnavailable));
        assert_eq!(bulkhead.run(|| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn without_threads_there_is_still_one() {
        assert_eq!(bulkhead(0, 0).run(|| 7).await, Ok(7));
    }
}
