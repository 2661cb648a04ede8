"""account.py -- what TCP did to deliver a file, as an account that must add up

The figures come from three places that know nothing of each other: the server's
TCP_INFO, the kernel's counters of both namespaces (/proc/net/netstat), and the counts
of the cable (tally.py). All count segments with data, on their way to the client,
unless they are named otherwise.
"""

import collections

Sum = collections.namedtuple("Sum", "text left right")


class Account:
    def __init__(self, info, server, client, there, back):
        self.sent, self.again = there["segments"], there["again"]
        self.first = self.sent - self.again
        self.lost, self.needless, self.new = there["gone"], there["needless"], there["new"]
        self.arrived, self.copies = self.new + self.needless, there["copies"]
        self.acks, self.acks_lost = back["sent"], back["lost"]
        self.acks_copied = back["copied"]
        # TCP may send several small segments again as one, or one as several.
        self.regrouped = self.new - self.first

        # total_retrans includes each SYN-ACK that was sent again. It has no data.
        self.syn_acks = server["TCPSynRetrans"]
        self.sent_by_info = info["data_segments_out"]
        self.again_by_info = info["retransmitted"] - self.syn_acks
        self.by_gap = server["TCPFastRetrans"]
        self.by_timer = self.again_by_info - self.by_gap
        # Of these the kernel counts those that follow a timeout, and how often a timer
        # ran out, but a tail loss probe may be new data.
        self.after_timeout = server["TCPSlowStartRetrans"]
        self.timers = server["TCPTimeouts"] + server["TCPLossProbes"]

        # An approximation. A report that waits in the client's kernel may be replaced, or
        # mixed with others so that the server's kernel does not recognize it.
        self.reported = client["TCPDSACKOldSent"] + client["TCPDSACKOfoSent"]
        self.reports = server["TCPDSACKRecv"] + server["TCPDSACKOfoRecv"]

    def sums(self):
        """Both sides of each sum, of which one was counted elsewhere than the other."""
        return [Sum("sent, by the cable and by TCP_INFO", self.sent, self.sent_by_info),
                Sum("sent again, by the cable and by TCP_INFO", self.again, self.again_by_info),
                Sum("sent = arrived + lost", self.sent, self.arrived + self.lost),
                Sum("sent again = lost + needless", self.again,
                    self.lost + self.needless + self.regrouped)]

    def wrong(self):
        """The sums that do not hold, and what is impossible, as text."""
        wrong = [f"{each.text}: {each.left} and {each.right}"
                 for each in self.sums() if each.left != each.right]
        if not 0 <= self.by_timer - self.after_timeout <= self.timers:
            wrong.append(f"{self.by_timer} segments by timer, {self.after_timeout} after a "
                         f"timeout, and {self.timers} timers")
        if self.reported > self.needless + self.copies:
            wrong.append(f"{self.reported} duplicates reported (DSACK)")
        if self.reports > self.reported + self.acks_copied:
            wrong.append(f"{self.reports} reports of {self.reported} arrived (DSACK)")
        return wrong

    def rows(self):
        """The account from top to bottom: name, sign, number, remark."""
        yield "sent for the first time", " ", self.first, "segments with data"
        yield "sent again", "+", self.again, f"{self.by_gap} because acknowledgements showed a gap"
        yield "", "", "", f"{self.by_timer} by timeout"
        yield "sent", "=", self.sent, (
            f"TCP_INFO: {self.sent_by_info}, {self.again_by_info} of them again" +
            (f", and {self.syn_acks} SYN-ACK" if self.syn_acks else ""))
        yield "lost there", "-", self.lost, ""
        yield "arrived", "=", self.arrived, ""
        yield "needless", "-", self.needless, "sent again, but the bytes had arrived"
        yield "brought new bytes", "=", self.new, (
            "each byte once" if not self.regrouped else
            f"{self.regrouped:+}: sent again in segments of other sizes")
