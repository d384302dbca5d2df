// What a pool in Java needs to be a subject of the workbench: docs/pages/subject_protocol.md says
// more. Copy this file beside the pool. It wants Java 17, and no library.
//
//     for (int task = 0; task < tasks(); ++task) result(task, values[task]);  // of action(task)
//     returned();  // or error(throwable), when the run of the pool has thrown it instead
// For a task that the pool calls failed: failed(task, throwable).
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.*;
import java.util.*;
import java.util.regex.Pattern;

final class WorkbenchSubject {
  static int tasks() { return number("TASKS"); }
  static int workers() { return number("WORKERS"); }

  /** What the workers call for each task, in whichever thread they are. */
  static long action(int task) {
    write("begun", task);
    for (int fault = 0; fault < number("FAULTS"); ++fault) {
      String name = "FAULT_" + fault + "_", only = setting(name + "TASK");
      if (!only.isEmpty() && !only.equals("" + task) || !strikes(fault, name)) continue;
      write("struck", fault, "task", task);
      suffer(name);
    }
    sleep(number("TASK_MS"));
    return 4L * task + 3;
  }

  static void result(int task, long value) {
    write("result", task, "outcome", "ok", "value", value);
  }
  static void failed(int task, Throwable thrown) {
    write("result", task, "outcome", "failed", "error", thrown.getMessage(), "type", type(thrown));
  }
  static void error(Throwable thrown) { write("error", thrown.getMessage(), "type", type(thrown)); }
  static void returned() { write("returned", true); }

  private static String type(Throwable thrown) { return thrown.getClass().getName(); }
  private static String setting(String name) { return System.getenv("WORKBENCH_" + name); }
  private static int number(String name) { return Integer.parseInt(setting(name)); }

  private static void write(Object... pairs) {  // one write a line
    StringJoiner line = new StringJoiner(", ", "{", "}\n");
    for (int i = 0; i < pairs.length; i += 2) line.add(json(pairs[i]) + ": " + json(pairs[i + 1]));
    try (FileOutputStream account = new FileOutputStream(setting("ACCOUNT"), true)) {
      account.write(line.toString().getBytes(UTF_8));
    } catch (IOException e) { throw new UncheckedIOException(e); }
  }

  private static String json(Object value) {
    if (value instanceof Number || value instanceof Boolean) return value.toString();
    return '"' + Pattern.compile("[\"\\\\\\x00-\\x1f]").matcher(Objects.toString(value, ""))
        .replaceAll(found -> String.format("\\\\u%04x", (int) found.group().charAt(0))) + '"';
  }

  private static boolean strikes(int fault, String name) {
    String times = setting(name + "TIMES");
    for (int strike = 0; !times.isEmpty() && strike < Integer.parseInt(times); ++strike) {
      if (new File(setting("STRIKES"), fault + "." + strike).mkdir()) return true;
    }
    return times.isEmpty();
  }

  private static void suffer(String fault) {
    switch (setting(fault + "KIND")) {
      case "throw" -> throw new RuntimeException(setting(fault + "MESSAGE"));
      case "throw-nonstandard" -> throw new Error();
      case "exit" -> System.exit(number(fault + "CODE"));
      case "abort" -> signal("ABRT");
      case "segfault" -> signal("SEGV");
      case "kill" -> signal("KILL");
      case "sleep-forever" -> sleep(36_000_000);
      case "spin-forever" -> { while (true) Thread.onSpinWait(); }
      case "slow" -> sleep(number(fault + "MS"));
    }
  }

  private static void signal(String name) {
    String command = "kill -" + name + " " + ProcessHandle.current().pid();
    try { new ProcessBuilder("sh", "-c", command).start(); }
    catch (IOException e) { throw new UncheckedIOException(e); }
    sleep(36_000_000);  // until it strikes
  }

  private static void sleep(long ms) {
    try { Thread.sleep(ms); }
    catch (InterruptedException e) { throw new IllegalStateException(e); }
  }
}
