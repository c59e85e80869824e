// SPDX-License-Identifier: GPL-3.0-or-later
// Connects two ports of a JACK server: jack-connect FROM TO. Where Debian keeps the program of this
// purpose differs from release to release.
#include <jack/jack.h>

#include <cerrno>
#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  jack_client_t* client = jack_client_open("connect", JackNoStartServer, nullptr);
  if (client == nullptr) {
    std::fprintf(stderr, "jack-connect: no JACK server\n");
    return 1;
  }
  const int outcome = jack_connect(client, argv[1], argv[2]);
  if (outcome != 0 && outcome != EEXIST) {
    std::fprintf(stderr, "jack-connect: %s and %s cannot be connected\n", argv[1], argv[2]);
  }
  jack_client_close(client);
  return outcome == 0 || outcome == EEXIST ? 0 : 1;
}
