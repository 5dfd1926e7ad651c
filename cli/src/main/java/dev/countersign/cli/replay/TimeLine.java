package dev.countersign.cli.replay;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// What happened to all cases, in the order of time; at equal times by reference, and a submission
/// before its decision.
record TimeLine(List<Event> events) {
  private static final Comparator<Event> ORDER =
      Comparator.comparing(Event::at)
          .thenComparing(event -> event.subject().reference())
          .thenComparing(event -> event instanceof Event.Decided);

  TimeLine {
    events = List.copyOf(events);
  }

  static TimeLine of(Collection<LoggedCase> cases) {
    var events = new ArrayList<Event>();
    for (var subject : cases) {
      events.add(new Event.Submitted(subject));
      subject.decision().ifPresent(made -> events.add(new Event.Decided(subject, made)));
    }
    events.sort(ORDER);
    return new TimeLine(events);
  }
}
