"""FS508: file types with a format become `File`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS508",
    name="file-formats",
    summary="`CSVFile`, `PNGImageFile`, `FlyteFile['csv']`, `TensorboardLogs` and the like become `File` or `Dir`.",
    shift="""\
These names are `FlyteFile` or `FlyteDirectory` with a format in the type, which Flyte 1 recorded with the value.
In Flyte 2 the format is no part of the type: annotate with `flyte.io.File` or `flyte.io.Dir`, and treat values as for
those. When a reader needs to know the format, keep the extension in the file's name: it is kept in `file.name`.""",
    guide="data-io",
    applicability="unsafe",
    automatic=("Migrate rewrites these names together with the values, as for `FlyteFile`."),
    gotchas=("`File['csv']` evaluates but means nothing, to Flyte or to a type checker.",),
    examples=(
        Example(
            before="""\
import csv

from flytekit import task, workflow
from flytekit.types.file import CSVFile


@task
def save(names: list[str]) -> CSVFile:
    with open("names.csv", "w", newline="") as f:
        csv.writer(f).writerows([name] for name in names)
    return CSVFile("names.csv")


@task
def count(table: CSVFile) -> int:
    with open(table, newline="") as f:
        return len(list(csv.reader(f)))


@workflow
def count_names(names: list[str]) -> int:
    return count(table=save(names=names))
""",
            after="""\
import csv

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="names")


@env.task
def save(names: list[str]) -> File:
    with open("names.csv", "w", newline="") as f:
        csv.writer(f).writerows([name] for name in names)
    return File.from_local_sync("names.csv")


@env.task
def count(table: File) -> int:
    with open(table.download_sync(), newline="") as f:
        return len(list(csv.reader(f)))


@env.task
def count_names(names: list[str]) -> int:
    return count(table=save(names=names))
""",
            call="count_names(names=['Ada', 'Alan'])",
        ),
        Example(
            before="""\
import pickle

from flytekit import task, workflow
from flytekit.types.file import HDF5EncodedFile, JoblibSerializedFile, ONNXFile, PythonPickledFile


@task
def train(weights: list[int]) -> tuple[PythonPickledFile, JoblibSerializedFile]:
    with open("model.pkl", "wb") as f:
        pickle.dump(weights, f)
    with open("model.joblib", "wb") as f:
        pickle.dump(weights[::-1], f)
    return PythonPickledFile("model.pkl"), JoblibSerializedFile("model.joblib")


@task
def export(model: PythonPickledFile) -> tuple[ONNXFile, HDF5EncodedFile]:
    with open(model, "rb") as f:
        weights = pickle.load(f)
    with open("model.onnx", "w") as f:
        f.write(f"onnx of {weights}")
    with open("model.hdf5", "w") as f:
        f.write(f"hdf5 of {weights}")
    return ONNXFile(path="model.onnx"), HDF5EncodedFile(path="model.hdf5")


@task
def describe(model: JoblibSerializedFile, onnx: ONNXFile, hdf5: HDF5EncodedFile) -> str:
    with open(model, "rb") as f:
        weights = pickle.load(f)
    with open(onnx) as f, open(hdf5) as g:
        return f"{weights}, {f.read()}, {g.read()}"


@workflow
def publish(weights: list[int]) -> str:
    model, copy = train(weights=weights)
    onnx, hdf5 = export(model=model)
    return describe(model=copy, onnx=onnx, hdf5=hdf5)
""",
            after="""\
import pickle

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="example")


@env.task
def train(weights: list[int]) -> tuple[File, File]:
    with open("model.pkl", "wb") as f:
        pickle.dump(weights, f)
    with open("model.joblib", "wb") as f:
        pickle.dump(weights[::-1], f)
    return File.from_local_sync("model.pkl"), File.from_local_sync("model.joblib")


@env.task
def export(model: File) -> tuple[File, File]:
    with open(model.download_sync(), "rb") as f:
        weights = pickle.load(f)
    with open("model.onnx", "w") as f:
        f.write(f"onnx of {weights}")
    with open("model.hdf5", "w") as f:
        f.write(f"hdf5 of {weights}")
    return File.from_local_sync("model.onnx"), File.from_local_sync("model.hdf5")


@env.task
def describe(model: File, onnx: File, hdf5: File) -> str:
    with open(model.download_sync(), "rb") as f:
        weights = pickle.load(f)
    with open(onnx.download_sync()) as f, open(hdf5.download_sync()) as g:
        return f"{weights}, {f.read()}, {g.read()}"


@env.task
def publish(weights: list[int]) -> str:
    model, copy = train(weights=weights)
    onnx, hdf5 = export(model=model)
    return describe(model=copy, onnx=onnx, hdf5=hdf5)
""",
            call="publish(weights=[1, 2])",
        ),
        Example(
            before="""\
import os

from flytekit import task, workflow
from flytekit.types.directory import TensorboardLogs, TFRecordsDirectory
from flytekit.types.file import HTMLPage, JPEGImageFile, JSONLFile, PDFFile, PNGImageFile, SVGImageFile


@task
def log(title: str) -> tuple[TensorboardLogs, TFRecordsDirectory, JSONLFile]:
    for folder in ("logs", "records"):
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/{title}", "w") as f:
            f.write(title)
    with open("log.jsonl", "w") as f:
        f.write(f'"{title}"')
    return TensorboardLogs("logs"), TFRecordsDirectory("records"), JSONLFile("log.jsonl")


@task
def draw(logs: TensorboardLogs) -> tuple[PNGImageFile, JPEGImageFile, SVGImageFile, PDFFile]:
    for name in ("a.png", "a.jpeg", "a.svg", "a.pdf"):
        with open(name, "w") as f:
            f.write(f"{os.listdir(logs)} in {name}")
    return (
        PNGImageFile("a.png"),
        JPEGImageFile("a.jpeg"),
        SVGImageFile("a.svg"),
        PDFFile("a.pdf"),
    )


@task
def page(png: PNGImageFile, svg: SVGImageFile, records: TFRecordsDirectory, lines: JSONLFile) -> HTMLPage:
    with open(png) as f, open(svg) as g:
        texts = [f.read(), g.read()]
    with open(lines) as f:
        texts += [f.read(), *os.listdir(records)]
    with open("page.html", "w") as f:
        f.write("<br>".join(texts))
    return HTMLPage("page.html")


@task
def length(html: HTMLPage) -> int:
    with open(html) as f:
        return len(f.read())


@workflow
def report(title: str) -> int:
    logs, records, lines = log(title=title)
    png, jpeg, svg, pdf = draw(logs=logs)
    html = page(png=png, svg=svg, records=records, lines=lines)
    return length(html=html)
""",
            after="""\
import os

import flyte
from flyte.io import Dir, File

env = flyte.TaskEnvironment(name="example")


@env.task
def log(title: str) -> tuple[Dir, Dir, File]:
    for folder in ("logs", "records"):
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/{title}", "w") as f:
            f.write(title)
    with open("log.jsonl", "w") as f:
        f.write(f'"{title}"')
    return Dir.from_local_sync("logs"), Dir.from_local_sync("records"), File.from_local_sync("log.jsonl")


@env.task
def draw(logs: Dir) -> tuple[File, File, File, File]:
    for name in ("a.png", "a.jpeg", "a.svg", "a.pdf"):
        with open(name, "w") as f:
            f.write(f"{os.listdir(logs.download_sync())} in {name}")
    return (
        File.from_local_sync("a.png"),
        File.from_local_sync("a.jpeg"),
        File.from_local_sync("a.svg"),
        File.from_local_sync("a.pdf"),
    )


@env.task
def page(png: File, svg: File, records: Dir, lines: File) -> File:
    with open(png.download_sync()) as f, open(svg.download_sync()) as g:
        texts = [f.read(), g.read()]
    with open(lines.download_sync()) as f:
        texts += [f.read(), *os.listdir(records.download_sync())]
    with open("page.html", "w") as f:
        f.write("<br>".join(texts))
    return File.from_local_sync("page.html")


@env.task
def length(html: File) -> int:
    with open(html.download_sync()) as f:
        return len(f.read())


@env.task
def report(title: str) -> int:
    logs, records, lines = log(title=title)
    png, jpeg, svg, pdf = draw(logs=logs)
    html = page(png=png, svg=svg, records=records, lines=lines)
    return length(html=html)
""",
            call="report(title='loss')",
        ),
    ),
    ignores=(
        '''\
class CSVFile:
    """Not flytekit's."""

    def __init__(self, path: str) -> None:
        self.path = path


table = CSVFile("names.csv")
''',
    ),
)
