package dev.varve.agent.rpmostree;

import dev.varve.agent.host.HostException;
import java.util.AbstractList;
import java.util.List;

/** The values of an answer; one that is not there is the host's failure, not ours. */
final class Answer extends AbstractList<Object> {
    private final String operation;
    private final List<Object> values;

    Answer(String operation, List<Object> values) {
        this.operation = operation;
        this.values = values;
    }

    /** @throws HostException where the answer has fewer values */
    @Override
    public Object get(int index) {
        if (index >= values.size()) {
            throw new HostException(operation, "", "the answer has " + values.size() + " values and should have more");
        }
        return values.get(index);
    }

    @Override
    public Object getFirst() {
        return get(0);
    }

    @Override
    public int size() {
        return values.size();
    }
}
