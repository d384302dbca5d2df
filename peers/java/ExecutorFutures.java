// An ExecutorService of a fixed number of threads, and a Future for each task.
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

final class ExecutorFutures {
  public static void main(String[] arguments) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(WorkbenchSubject.workers());
    List<Future<Long>> futures = new ArrayList<>();
    for (int i = 0; i < WorkbenchSubject.tasks(); ++i) {
      int task = i;
      futures.add(pool.submit(() -> WorkbenchSubject.action(task)));
    }
    pool.shutdown();

    for (int task = 0; task < futures.size(); ++task) {
      try {
        WorkbenchSubject.result(task, futures.get(task).get());
      } catch (ExecutionException thrown) {
        WorkbenchSubject.failed(task, thrown.getCause());
      }
    }
    WorkbenchSubject.returned();
  }
}
