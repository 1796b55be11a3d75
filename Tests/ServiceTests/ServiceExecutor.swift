import Dispatch

/// Threads of the service's own, so that it answers while other tests occupy the shared ones.
final class ServiceExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "athanor.service", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedTaskExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
