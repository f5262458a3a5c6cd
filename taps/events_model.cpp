#include "taps/events_model.hpp"

#include "taps/wording.hpp"

#include <algorithm>
#include <array>

namespace mptcp::taps {

namespace {

/// Events whose packet names an address instead of running between the hosts' own.
bool names_an_address(EventType type) {
    return type == EventType::announced || type == EventType::announced_echo ||
           type == EventType::removed;
}

/// The receiver of these has them in its log.
bool is_told(EventType type) {
    return names_an_address(type) || type == EventType::subflow_priority;
}

/// The events of one connection, host by host.
class Chronicle {
  public:
    explicit Chronicle(const Connection& connection)
        : connection_(connection), client_(connection.client_side()) {
        for (const Subflow* subflow : connection.subflows()) {
            backup_.push_back(subflow->joined_as_backup);
        }
    }

    [[nodiscard]] std::vector<HostEvent> write() {
        tell_fallback_of_attempt();
        for (const Subflow* subflow : connection_.subflows()) {
            tell_join(*subflow);
        }
        for (const Event& event : connection_.events()) {
            tell(event);
        }
        tell_closed_at_the_end();
        std::stable_sort(lines_.begin(), lines_.end(), [](const HostEvent& x, const HostEvent& y) {
            return x.event.frame < y.event.frame;
        });
        return std::move(lines_);
    }

  private:
    void add(const Event& event, Side host) {
        HostEvent line;
        line.connection = &connection_;
        line.event = event;
        line.host = host;
        const bool of_subflow =
            event.type != EventType::closed && event.subflow < connection_.subflows().size();
        line.subflow = of_subflow ? connection_.subflows()[event.subflow] : nullptr;
        if (event.type == EventType::subflow_established ||
            event.type == EventType::subflow_closed || event.type == EventType::subflow_refused ||
            event.type == EventType::subflow_priority) {
            line.backup = backup_[event.subflow][index(opposite(host))];
        }
        if (event.type == EventType::fallback) {
            line.cause = cause_of(event.host);
        }
        lines_.push_back(line);
    }

    void add_at(const Moment& moment, EventType type, SubflowNumber subflow, Side host) {
        Event event;
        event.type = type;
        event.time = moment.time;
        event.frame = moment.frame;
        event.host = host;
        event.subflow = subflow;
        add(event, host);
    }

    std::string_view cause_of(Side sender) const {
        if (connection_.kind() == ConnectionKind::attempt) {
            return word(connection_.attempt_cause());
        }
        const std::optional<Fallback>& fallback = connection_.fallback_of(sender);
        return fallback ? word(fallback->cause) : std::string_view();
    }

    void tell_fallback_of_attempt() {
        const AttemptCause cause = connection_.attempt_cause();
        const Subflow& subflow = *connection_.subflows().front();
        if (cause == AttemptCause::no_mp_capable_in_synack) {
            add_at(subflow.syn_ack, EventType::fallback, subflow.number, client_);
        } else if (cause == AttemptCause::no_mp_capable_in_ack) {
            add_at(subflow.third_ack, EventType::fallback, subflow.number, client_);
        }
    }

    /// The calling host has a subflow from the SYN/ACK on, and says so by its third ACK; the called
    /// host from that third ACK on, if it takes it.
    void tell_join(const Subflow& subflow) {
        if (subflow.role != SubflowRole::join || !subflow.initiator ||
            !subflow.join_ack.is_known()) {
            return;
        }
        const Moment& accepted =
            subflow.third_ack.is_known() ? subflow.third_ack : subflow.join_ack;
        add_at(accepted, EventType::subflow_established, subflow.number, *subflow.initiator);
        if (subflow.established && subflow.ack_hmac != Verification::bad) {
            add_at(subflow.join_ack, EventType::subflow_established, subflow.number,
                   opposite(*subflow.initiator));
        }
    }

    void tell(const Event& event) {
        switch (event.type) {
        case EventType::created:
            tell_created(event);
            break;
        case EventType::established:
            tell_established(event);
            break;
        case EventType::subflow_established:
            // Told by tell_join(), unless the third ACK was not captured.
            if (!connection_.subflows()[event.subflow]->join_ack.is_known()) {
                tell_both(event);
            }
            break;
        case EventType::closed:
            tell_closed(event);
            break;
        case EventType::subflow_closed:
            tell_both(event);
            break;
        case EventType::subflow_refused:
            add(event, connection_.subflows()[event.subflow]->initiator.value_or(client_));
            break;
        case EventType::subflow_priority:
            backup_[event.subflow][index(event.host)] = event.flag;
            add(event, opposite(event.host));
            break;
        default:
            add(event, is_told(event.type) ? opposite(event.host) : event.host);
        }
    }

    void tell_both(const Event& event) {
        add(event, client_);
        add(event, opposite(client_));
    }

    /// Of an attempt, the client has a connection only if the SYN/ACK said MPTCP. The server has
    /// one from the third ACK on: see tell_established().
    void tell_created(const Event& event) {
        if (connection_.kind() == ConnectionKind::connection ||
            connection_.attempt_cause() == AttemptCause::no_mp_capable_in_ack) {
            add(event, client_);
        }
    }

    void tell_established(Event event) {
        event.type = EventType::created;
        add(event, opposite(client_));
        event.type = EventType::established;
        add(event, opposite(client_));
        const Subflow& subflow = *connection_.subflows()[event.subflow];
        if (subflow.confirmation.is_known()) {
            add_at(subflow.confirmation, EventType::established, subflow.number, client_);
        }
    }

    /// The other host of an aborted connection is told by FASTCLOSE, and closes nothing.
    void tell_closed(const Event& event) {
        if (const std::optional<Side> by = connection_.fastclose_by()) {
            add(event, *by);
        } else {
            tell_both(event);
        }
    }

    /// What no single packet tells: DATA_FINs that nobody acknowledges, or no subflow to the end.
    /// The last DATA_FIN, if there is one from each host, or the end of the last subflow stands
    /// for it.
    void tell_closed_at_the_end() {
        if (connection_.kind() != ConnectionKind::connection ||
            connection_.end() == ConnectionEnd::open || count(EventType::closed) > 0) {
            return;
        }
        const EventType sign =
            count(EventType::data_fin) == 2 ? EventType::data_fin : EventType::subflow_closed;
        const std::vector<Event>& events = connection_.events();
        const auto last = std::find_if(events.rbegin(), events.rend(),
                                       [sign](const Event& event) { return event.type == sign; });
        if (last != events.rend()) {
            Event closed;
            closed.type = EventType::closed;
            closed.time = last->time;
            closed.frame = last->frame;
            closed.host = last->host;
            closed.subflow = last->subflow;
            tell_closed(closed);
        }
    }

    [[nodiscard]] std::ptrdiff_t count(EventType type) const {
        const std::vector<Event>& events = connection_.events();
        return std::count_if(events.begin(), events.end(),
                             [type](const Event& event) { return event.type == type; });
    }

    const Connection& connection_;
    Side client_;
    /// Of each subflow, by the host that asks for it, as of the event that is told.
    std::vector<std::array<bool, 2>> backup_;
    std::vector<HostEvent> lines_;
};

} // namespace

Endpoint HostEvent::local() const {
    if (event.type == EventType::announced_echo) {
        return event.announced;
    }
    return subflow == nullptr || names_an_address(event.type) ? Endpoint()
                                                              : subflow->endpoints[index(host)];
}

Endpoint HostEvent::remote() const {
    if (subflow == nullptr || event.type == EventType::announced_echo ||
        event.type == EventType::removed) {
        return {};
    }
    Endpoint endpoint = subflow->endpoints[index(opposite(host))];
    if (event.type == EventType::announced) {
        // RFC 8684 section 3.4.1: without a port it is the subflow's.
        const std::uint16_t port = event.announced.port == 0 ? endpoint.port : event.announced.port;
        endpoint = {event.announced.address, port};
    }
    return endpoint;
}

std::optional<std::uint8_t> HostEvent::local_id() const {
    if (event.type == EventType::announced_echo) {
        return event.address_id;
    }
    return subflow == nullptr || names_an_address(event.type) ? std::nullopt
                                                              : subflow->address_ids[index(host)];
}

std::optional<std::uint8_t> HostEvent::remote_id() const {
    if (event.type == EventType::announced || event.type == EventType::removed) {
        return event.address_id;
    }
    return subflow == nullptr || event.type == EventType::announced_echo
               ? std::nullopt
               : subflow->address_ids[index(opposite(host))];
}

std::vector<HostEvent> events_of(const Tracker* tracker, const Selection& selection) {
    std::vector<HostEvent> all;
    if (tracker == nullptr) {
        return all;
    }
    for (const Connection* connection : selection.selected(*tracker)) {
        for (HostEvent& line : Chronicle(*connection).write()) {
            if (selection.shows(line.event.frame)) {
                all.push_back(line);
            }
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const HostEvent& x, const HostEvent& y) {
        return x.event.frame < y.event.frame;
    });
    return all;
}

} // namespace mptcp::taps
