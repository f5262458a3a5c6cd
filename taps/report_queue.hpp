#pragma once
/// The reports asked for by `-z mptcp,…`: one tap listener each, written in command-line order.

#include "taps/arguments.hpp"
#include "taps/registration.hpp"
#include "taps/report.hpp"
#include "taps/report_listener.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mptcp::taps {

/// One accepted `-z mptcp,…`.
struct ReportRequest {
    const ReportType* type = nullptr;
    Format format = Format::text;
    /// Empty for the standard output.
    std::string output;
    ReportOptions options;
    bool bulk = false;
    std::unique_ptr<ReportListener> listener;
};

class ReportQueue {
  public:
    explicit ReportQueue(const Analysis& analysis) : analysis_(analysis) {}

    /// One `-z` argument; false if it was refused. What is wrong with it is reported and ends
    /// tshark; the GUI and sharkd live on.
    bool request(const char* argument);
    /// Wireshark closes a capture. Call it while there still is the Tracker.
    void end_file();

  private:
    /// These give what is wrong, or nothing.
    std::string accept(std::string_view argument);
    std::string add(const Arguments& arguments);
    /// Writes all reports if `drawn` is the one that Wireshark draws last.
    void draw(const ReportRequest& drawn);
    [[nodiscard]] std::string conflict_with_earlier(const Arguments& arguments) const;
    /// Creates the file unless it is there. An empty name is the standard output.
    [[nodiscard]] std::string reserve(const std::string& output) const;

    void warn_of_earlier_files() const;

    Analysis analysis_;
    /// Captures, or parts of one, that held MPTCP and are closed.
    unsigned earlier_files_ = 0;
    std::vector<std::unique_ptr<ReportRequest>> requests_;
};

} // namespace mptcp::taps
