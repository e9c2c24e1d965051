import Glibc
import Process
import Testing

/// Programs that run already are traced, and run on when the trace ends.
@Suite(.needs(Attached.isPossible, "attaching to what others started needs root"), .ownNetwork)
struct LiveAttachTests {
  @Test func everyPacketOfAServerHasItsCall() throws {
    let outcome = try Attached.script(
      """
      python3 -m http.server 8000 --bind 127.0.0.1 >/dev/null 2>&1 & t=$!
      await_port 8000
      begin $t
      for i in 1 2 3; do curl -fsS -m 9 -o /dev/null http://127.0.0.1:8000/ || echo failed; done
      end
      curl -fsS -m 9 -o /dev/null http://127.0.0.1:8000/ || echo failed
      echo "tracer $(sed -n 's/^TracerPid:[^0-9]*//p' /proc/$t/status)"
      kill $t
      """)
    #expect(outcome.text.hasSuffix("status 0\nsame\ntracer 0\n"), "\(outcome.text.suffix(300))")
    let recorded = Recorded(outcome.text)
    let sent = recorded.packets.filter { $0.source.hasSuffix(":8000") }
    let telling = sent.filter { $0.length > 0 || $0.flags.contains("FIN") }
    #expect(telling.count >= 9)
    #expect(telling.filter { $0.calls.isEmpty }.map(\.cause) == [])
    #expect(recorded.says("unexplained 0"))
    #expect(recorded.says("runs on, no longer traced"))
    #expect(outcome.errorText.contains("Ctrl-C detaches, and it runs on unharmed."))
  }

  @Test(arguments: ["server", "client", "both"], ["clean", "unread"])
  func aConnectionIsJoinedInItsMiddle(_ who: String, _ end: String) throws {
    let outcome = try Attached.script(
      """
      python3 talk.py server & server=$!
      await_port 8000
      python3 talk.py client \(end) & client=$!
      until [ -e talking ]; do sleep 0.02; done
      case \(who) in server) t=$server;; client) t=$client;; both) t="$server $client";; esac
      begin $t
      touch enough; wait $server $client
      finish
      """)
    #expect(outcome.text.hasSuffix("status 0\nsame\n"), "\(outcome.text.suffix(300))")
    let recorded = Recorded(outcome.text)
    #expect(recorded.says("began before the recording"))
    let isTraced: (Recorded.Packet) -> Bool = { packet in
      who == "both" || packet.source.hasSuffix(":8000") == (who == "server")
    }
    let telling = recorded.packets.filter {
      isTraced($0) && ($0.length > 0 || $0.flags.contains("FIN") || $0.flags.contains("RST"))
    }
    #expect(telling.count > 3)
    #expect(telling.filter { $0.calls.isEmpty }.map(\.cause) == [])
    for packet in telling where packet.length > 0 { #expect(recorded.names(packet) == ["sendto"]) }
    if end == "unread", who != "server" {
      let reset = try #require(telling.first { $0.flags.contains("RST") })
      #expect(recorded.names(reset) == ["close"])
      #expect(reset.cause.contains("data was left unread"))
    }
    #expect(recorded.says("unexplained 0"))
  }

  @Test func redisIsMeasured() throws {
    let outcome = try Attached.script(
      """
      redis-server --port 8000 --save '' >/dev/null & t=$!
      await_port 8000
      begin $t
      redis-benchmark -p 8000 -n 500 -t set,get -q >/dev/null || echo failed
      end
      redis-cli -p 8000 ping
      kill $t
      """, timeout: .seconds(120))
    #expect(outcome.text.hasSuffix("status 0\nsame\nPONG\n"), "\(outcome.text.suffix(300))")
    let recorded = Recorded(outcome.text)
    #expect(recorded.says("unexplained 0"))
    let sent = recorded.packets.filter { $0.source.hasSuffix(":8000") && $0.length > 0 }
    #expect(sent.count >= 1_000)
    #expect(sent.filter { $0.calls.isEmpty }.map(\.cause) == [])
  }

  @Test func nginxServesByItsWorker() throws {
    let outcome = try Attached.script(
      """
      head -c 200000 /dev/urandom > page
      printf '%s\n' 'daemon off; worker_processes 1; pid pid; error_log errors;' \
        'events {} http { access_log off; sendfile on; tcp_nopush on;' \
        'client_body_temp_path b; proxy_temp_path x; fastcgi_temp_path f;' \
        'uwsgi_temp_path u; scgi_temp_path c;' \
        "server { listen 127.0.0.1:8000; root $PWD; } }" > conf
      chmod 755 .
      nginx -p $PWD -c $PWD/conf -e errors & t=$!
      await_port 8000
      begin $t $(pgrep -P $t)
      for i in 1 2 3; do curl -fsS -m 9 http://127.0.0.1:8000/page | cmp - page || echo failed; done
      end
      curl -fsS -m 9 http://127.0.0.1:8000/page | cmp - page || echo failed
      kill $t
      """)
    #expect(outcome.text.hasSuffix("status 0\nsame\n"), "\(outcome.text.suffix(300))")
    let recorded = Recorded(outcome.text)
    #expect(recorded.says("unexplained 0"))
    #expect(recorded.calls.values.contains { $0.name == "sendfile" })
    #expect(!outcome.text.contains("failed"))
  }

  @Test func aProcessInAnotherNetworkIsCapturedThere() throws {
    let outcome = try Attached.script(
      """
      unshare -n sh -c 'ip link set lo up; exec python3 -m http.server 8000 --bind 127.0.0.1' \
        >/dev/null 2>&1 & t=$!
      until nsenter -t $t -n ss -Hlnt 'sport = :8000' 2>/dev/null | grep -q .; do sleep 0.05; done
      begin $t
      nsenter -t $t -n curl -fsS -m 9 -o /dev/null http://127.0.0.1:8000/ || echo failed
      end
      kill $t
      """)
    #expect(outcome.text.hasSuffix("status 0\nsame\n"), "\(outcome.text.suffix(300))")
    let recorded = Recorded(outcome.text)
    #expect(recorded.packets.contains { $0.source.hasSuffix(":8000") && !$0.calls.isEmpty })
    #expect(recorded.says("not in sockline's own"))
    #expect(recorded.says("unexplained 0"))
  }
}
