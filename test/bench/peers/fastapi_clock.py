# SPDX-License-Identifier: GPL-3.0-or-later
# What bench:transport compares with: the transport's status, commands and clock as one would serve them with
# FastAPI and uvicorn. Like ours, each update is encoded once for all readers.
#   fastapi_clock.py PORT HZ
import asyncio
import json
import sys
import time

import uvicorn
from fastapi import FastAPI, WebSocket

PORT, HZ = int(sys.argv[1]), float(sys.argv[2])
BPM, RATE = 122.0, 48000
app = FastAPI()
readers = set()
started = time.monotonic()
playing = True


def status():
    seconds = time.monotonic() - started
    minutes, rest = divmod(seconds, 60)
    beat = seconds * BPM / 60
    return {
        "playing": playing, "sample_pos": round(seconds * RATE), "time_seconds": seconds,
        "time_formatted": f"{int(minutes):02d}:{rest:06.3f}", "frame_count": round(seconds * RATE),
        "status": "playing" if playing else "stopped", "bpm": BPM, "beat_pos": beat,
        "timestamp_ms": round(time.time() * 1000), "loop_enabled": False, "loop_start_seconds": 0,
        "loop_end_seconds": 0, "waiting_for_quantum": False, "engine": "running", "bar": int(beat // 4) + 1,
        "beat_in_bar": int(beat % 4) + 1, "loop_start_beat": 0, "loop_end_beat": 0,
        "link_us": time.monotonic_ns() // 1000, "beat": beat, "phase": beat % 4, "quantum": 4, "peers": 0,
    }


@app.get("/transport/status")
async def get_status():
    return status()


@app.post("/transport/{command}")
async def post_command(command: str):
    global playing
    playing = command == "play"
    return status()


@app.websocket("/ws/transport/clock")
async def clock(socket: WebSocket):
    await socket.accept()
    readers.add(socket)
    try:
        async for _ in socket.iter_text():
            pass
    finally:
        readers.discard(socket)


@app.on_event("startup")
async def broadcast():
    asyncio.create_task(tick())


async def tick():
    seq, origin = 0, time.monotonic()
    while True:
        seq = max(seq + 1, int((time.monotonic() - origin) * HZ))
        await asyncio.sleep(max(0.0, origin + seq / HZ - time.monotonic()))
        text = json.dumps({**status(), "seq": seq}, separators=(",", ":"))
        for reader in list(readers):
            try:
                await reader.send_text(text)
            except Exception:
                readers.discard(reader)


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning", access_log=False)
