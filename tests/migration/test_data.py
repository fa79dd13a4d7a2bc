"""Files, folders and frames: programs under both SDKs, what the code looks like, and what is refused."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from flyteshift.catalog.load import catalog
from flyteshift.migration import plan_module
from flyteshift.rules import data
from flyteshift.rules.rule import Rule
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from flyteshift.workspace.settings import Settings
from tests.migration.helpers import migrated, planned, reasons
from tests.migration.test_differential import calls, run
from tests.migration.test_unit import plans, texts

FOLDER = Path(__file__).parent / "programs" / "data"
PROGRAMS = {p.stem: p.read_text(encoding="utf-8") for p in sorted(FOLDER.glob("*.txt"))}
HEAD = """
import functools
import json
import operator
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Dict, List, Optional

import pandas as pd
from flytekit import StructuredDataset, dynamic, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
"""


def parallel(source: str) -> str:
    """A module migrated with its parallel branches."""
    plan = plan_module(build(Document("file:///example.py", source)), "jobs.example", Settings())
    assert not plan.left, [o.message for o in plan.left]
    return apply_edits(source, plan.edits)


@pytest.mark.sdk
@pytest.mark.parametrize("first", range(0, len(PROGRAMS), 5))
def test_programs_give_what_they_gave_in_both_forms(first: int, tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    programs = {name: PROGRAMS[name] for name in list(PROGRAMS)[first : first + 5]}
    before = [{"id": n, "source": s, "call": calls(s)} for n, s in programs.items()]
    after = [{"id": f"{n} sequential", "source": migrated(s), "call": calls(s)} for n, s in programs.items()]
    after += [{"id": f"{n} parallel", "source": parallel(s), "call": calls(s)} for n, s in programs.items()]
    old, new = run("flyte1", before, tmp_path), run("flyte2", after, tmp_path)
    for name in programs:
        assert "error" not in old[name], old[name]["error"]
        for form in ("sequential", "parallel"):
            found = new[f"{name} {form}"]
            assert "error" not in found, (name, form, found["error"])
            assert found["value"] == old[name]["value"], (name, form)


def body(source: str) -> str:
    """The function `t` of a migrated module, without its signature."""
    return migrated(HEAD + dedent(source)).partition("def t(")[2].partition("\n")[2]


READS = {
    "one use": ("with open(f) as h:\n    return h.read()", "with open(f.download_sync()) as h:"),
    "text": ("return Path(str(f)).read_text()", "return Path(f.download_sync()).read_text()"),
    "fspath": ("return Path(os.fspath(f)).read_text()", "return Path(f.download_sync()).read_text()"),
    "library": ("return str(pd.read_csv(f))", "return str(pd.read_csv(f.download_sync()))"),
    "path": ("return str(pd.read_csv(f.path))", "return str(pd.read_csv(f.download_sync()))"),
    "name": ("return os.path.basename(f.path)", "return os.path.basename(f.path)"),
    "stem": ("return Path(f.path).stem", "return Path(f.path).stem"),
    "printed": ('print(f"{f}", f)\nreturn "x"', 'print(f"{f.path}", f.path)'),
    "stream": ('with f.open("r") as h:\n    return h.read()', 'with f.open_sync("r") as h:'),
    "source": ("return f.remote_source", "return f.path"),
    "command": ('json.dumps(["cat", f])\nreturn "x"', 'json.dumps(["cat", f.download_sync()])'),
    "formatted": ('return os.popen(f"cat {f}").read()', 'return os.popen(f"cat {f.download_sync()}").read()'),
    "inner function": (
        "def get():\n    return open(f).read()\nreturn get()",
        "    return open(f.download_sync()).read()",
    ),
}


@pytest.mark.parametrize("name", READS)
def test_a_use_of_a_file(name: str) -> None:
    code, after = READS[name]
    lines = "\n".join("    " + line for line in code.split("\n"))
    assert after in body(f"\n@task\ndef t(f: FlyteFile) -> str:\n{lines}\n")


def test_declared_columns_are_selected_of_pandas_frames_only() -> None:
    task = """
        @task
        def t(data) -> Annotated[StructuredDataset, kwtypes(a=int)]:
            return StructuredDataset(dataframe=data.frame)
    """
    imports = "\nfrom typing import Annotated\nfrom flytekit import kwtypes\n"
    assert 'from_df(data.frame[["a"]])' in body(imports + dedent(task))
    assert "from_df(data.frame)" in body(imports + "import polars\n" + dedent(task))


def test_several_uses_share_one_download() -> None:
    after = body("""
        @task
        def t(d: FlyteDirectory) -> List[str]:
            names = sorted(os.listdir(d))
            return [open(os.path.join(d, n)).read() for n in names]
    """)
    assert after == (
        "    d_path = d.download_sync()\n"
        "    names = sorted(os.listdir(d_path))\n"
        "    return [open(os.path.join(d_path, n)).read() for n in names]\n"
    )


def test_a_download_that_stands_alone_gives_its_path_a_name() -> None:
    after = body("""
        @task
        def t(d: FlyteDirectory) -> int:
            d.download()
            print(d.path)
            return len(os.listdir(d.path))
    """)
    assert after == "    d_path = d.download_sync()\n    print(d.path)\n    return len(os.listdir(d_path))\n"


def test_a_path_that_is_used_before_its_download_is_the_same_one() -> None:
    after = body("""
        @task
        def t(d: FlyteDirectory) -> int:
            parent = Path(d.path).parent
            d.download()
            return len(os.listdir(d)) + len(str(parent))
    """)
    assert after.startswith("    d_path = d.download_sync()\n    parent = Path(d_path).parent\n    return")


def test_a_file_that_may_be_none_is_downloaded_where_it_is_used() -> None:
    after = body("""
        @task
        def t(f: Optional[FlyteFile] = None) -> int:
            if f is not None:
                return len(open(f).read())
            return 0 if f is None else os.path.getsize(f)
    """)
    assert after.count("f.download_sync()") == 2


def test_a_variable_that_is_set_anew_is_no_file_any_more() -> None:
    after = body("""
        @task
        def t(f: FlyteFile) -> str:
            f = pd.read_csv(f)
            return str(f) + str(f.path)
    """)
    assert after == "    f = pd.read_csv(f.download_sync())\n    return str(f) + str(f.path)\n"


GIVES = {
    "a text": ('p = os.path.join(tempfile.mkdtemp(), "x")', "return p", "return File.from_local_sync(p)"),
    "a path": ('p = Path(tempfile.mkdtemp()) / "x"', "return p", "return File.from_local_sync(p)"),
    "a keyword": ('p = "x.csv"', "return FlyteFile(path=p)", "return File.from_local_sync(p)"),
    "a format": ('p = "x.csv"', 'return FlyteFile["csv"](p)', "return File.from_local_sync(p)"),
    "an address": ('p = "s3://b/x"', "return FlyteFile(p)", "return File.from_existing_remote(p)"),
    "a target": (
        'p = "x"',
        'return FlyteFile(p, remote_path="s3://b/x")',
        'return File.from_local_sync(p, remote_destination="s3://b/x")',
    ),
    "one of two": (
        'p = "x"',
        'return p if n else "s3://b/x"',
        'return File.from_local_sync(p) if n else File.from_existing_remote("s3://b/x")',
    ),
}


@pytest.mark.parametrize("path", ['os.path.join(d, f"{i}")', 'd + "/" + str(i)', "tempfile.mktemp()"])
def test_each_round_of_a_loop_may_write_a_file_of_its_own(path: str) -> None:
    after = body(f"""
        @task
        def t(n: int) -> List[FlyteFile]:
            d, made = tempfile.mkdtemp(), []
            for i in range(n):
                p = {path}
                Path(p).write_text(str(i))
                made.append(FlyteFile(p))
            return made
    """)
    assert "made.append(File.from_local_sync(p))" in after


@pytest.mark.parametrize("name", GIVES)
def test_a_result(name: str) -> None:
    before, code, after = GIVES[name]
    assert after in body(f"\n@task\ndef t(n: int) -> FlyteFile:\n    {before}\n    {code}\n")


def test_lists_of_paths_become_lists_of_files() -> None:
    after = body("""
        @task
        def t(d: FlyteDirectory) -> List[FlyteFile]:
            paths = sorted(Path(d).glob("*"))
            return paths
    """)
    assert "return [File.from_local_sync(path) for path in paths]" in after


def test_pandas_results_are_wrapped_on_their_way_to_a_frame() -> None:
    after = migrated(
        HEAD
        + dedent("""
        @task
        def load() -> pd.DataFrame:
            return pd.DataFrame({"a": [1]})


        @task
        def total(s: StructuredDataset) -> int:
            return len(s.open(pd.DataFrame).all())


        @workflow
        def wf() -> int:
            return total(s=load())


        if __name__ == "__main__":
            print(wf())
        """)
    )
    assert "    return total(s=DataFrame.from_df(load()))\n" in after
    assert "    return len(s.open(pd.DataFrame).all_sync())\n" in after
    assert '    flyte.init()\n    print(flyte.with_runcontext(mode="local").run(wf).outputs()[0])\n' in after


def test_names_that_the_module_has_taken_are_written_in_full() -> None:
    after = migrated("""
        from flytekit import task
        from flytekit.types.file import FlyteFile

        class File:
            pass

        @task
        def t(f: FlyteFile) -> str:
            return open(f).read()
    """)
    assert "def t(f: flyte.io.File) -> str:" in after
    assert "import flyte.io\n" in after


def test_one_import_names_all_types() -> None:
    source = """
        from flytekit import task
        from flytekit.types.directory import FlyteDirectory
        from flytekit.types.file import FlyteFile

        @task
        def t(f: FlyteFile, d: FlyteDirectory) -> int:
            return 1
    """
    assert "from flyte.io import Dir, File\n" in migrated(source)


ADDRESSES = {
    "os.path.join(p, 'x')": "flyte.storage.is_remote(p)",
    "os.path.join(p, '/x')": "flyte.storage.is_remote(os.path.join(p, '/x'))",
    "os.path.join(os.path.join(p, q), 'x')": "flyte.storage.is_remote(os.path.join(os.path.join(p, q), 'x'))",
    'f"{p}/x"': "flyte.storage.is_remote(p)",
    'f"{q}/{p}"': "flyte.storage.is_remote(q)",
    "p + '/x'": "flyte.storage.is_remote(p)",
    "str(p)": "flyte.storage.is_remote(p)",
}


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_path_made_of_a_text_is_asked_whether_it_is_an_address(path: str) -> None:
    after = body(f"\n@task\ndef t(p: str, q: str) -> FlyteFile:\n    return FlyteFile({path})\n")
    made = f"return File.from_existing_remote({path}) if {ADDRESSES[path]} else File.from_local_sync({path})\n"
    assert made in after


REFUSED = {
    "writing into a file": (
        'def t(f: FlyteFile):\n    with open(f, "w") as h:\n        h.write("x")',
        "This writes into a Flyte file",
    ),
    "a parameter of any type may be an address": (
        "def t(p) -> FlyteFile:\n    return FlyteFile(p)",
        "`p` is a local path",
    ),
    "a returned parameter of any type may be one": ("def t(p) -> FlyteFile:\n    return p", "or the path of one"),
    "a parameter that is changed may be an address": (
        "def t(p: str) -> FlyteFile:\n    p = p + OTHER\n    return FlyteFile(p)",
        "`p` is a local path",
    ),
    "an element of a parameter of any type may be an address": (
        "def t(ps: list) -> List[FlyteFile]:\n    return [FlyteFile(p) for p in ps]",
        "`p` is a local path",
    ),
    "a text that a call makes may be an address": (
        'def t(p: str) -> FlyteFile:\n    return FlyteFile(f"{p.strip()}/x")',
        'f"{p.strip()}/x"` is a local path',
    ),
    "a field of any type may be an address": (
        "class Any:\n    place: object\n\n\n@task\ndef t(p: Any) -> FlyteFile:\n    return FlyteFile(p.place)",
        "`p.place` is a local path",
    ),
    "a parameter that may be an address is uploaded to a place": (
        'def t(p: str) -> FlyteFile:\n    return FlyteFile(p, remote_path="s3://a/b")',
        "`p` is a local path",
    ),
    "written after the file is made": (
        'def t() -> FlyteFile:\n    p = os.path.join(tempfile.mkdtemp(), "x")\n    f = FlyteFile(p)\n'
        '    with open(p, "w") as h:\n        h.write("x")\n    return f',
        "`p` is used again",
    ),
    "written after the file is made of a text": (
        'def t() -> FlyteFile:\n    f = FlyteFile("x.txt")\n    Path("x.txt").write_text("x")\n    return f',
        '`"x.txt"` is used again',
    ),
    "written afterwards by another name": (
        'def t() -> FlyteFile:\n    p = tempfile.mkdtemp() + "/x"\n    f = FlyteFile(p)\n    q = Path(p)\n'
        '    q.write_text("x")\n    return f',
        "`p` is used again",
    ),
    "written afterwards by a function": (
        'def t() -> FlyteFile:\n    p = tempfile.mkdtemp() + "/x"\n    f = FlyteFile(p)\n    show(p)\n    return f\n\n\n'
        'def show(path):\n    load(target=path)\n\n\ndef load(target):\n    with open(target, "a") as h:\n'
        '        h.write("x")',
        "`p` is used again",
    ),
    "copied over afterwards": (
        'def t() -> FlyteFile:\n    p = tempfile.mkdtemp() + "/x"\n    f = FlyteFile(p)\n    shutil.copy("a", p)\n'
        "    return f",
        "`p` is used again",
    ),
    "written through the file": (
        'def t() -> FlyteFile:\n    f = FlyteFile("x.txt")\n    with open(f.path, "w") as h:\n'
        '        h.write("x")\n    return f',
        "`f` is used again",
    ),
    "saved after the file is made": (
        'def t(df: pd.DataFrame) -> FlyteFile:\n    p = "x.csv"\n    f = FlyteFile(p)\n    df.to_csv(p)\n    return f',
        "`p` is used again",
    ),
    "written again in a loop": (
        'def t(n: int) -> List[FlyteFile]:\n    p = tempfile.mkdtemp() + "/x"\n    made = []\n    for i in range(n):\n'
        "        Path(p).write_text(str(i))\n        made.append(FlyteFile(p))\n    return made",
        "`p` is used again",
    ),
    "written again in a loop by another name": (
        "def t(n: int) -> List[FlyteFile]:\n    d = tempfile.mkdtemp()\n    made = []\n    for i in range(n):\n"
        '        p = os.path.join(d, "x")\n        with open(p, "w") as h:\n            h.write(str(i))\n'
        "        made.append(FlyteFile(p))\n    return made",
        "`p` is used again",
    ),
    "opened where it was made": (
        "def t(df: pd.DataFrame) -> int:\n    s = StructuredDataset(dataframe=df)\n"
        "    return len(s.open(pd.DataFrame).all())",
        "in the task that has made it",
    ),
    "equal files": ("def t(a: FlyteFile, b: FlyteFile) -> bool:\n    return a == b", "equal in other cases"),
    "a file among others": ("def t(a: FlyteFile, b: List[FlyteFile]) -> bool:\n    return a in b", "other cases"),
    "crawl": ("def t(d: FlyteDirectory) -> int:\n    return len(list(d.crawl()))", "`crawl()` gives paths"),
    "listdir": ("def t(d: FlyteDirectory) -> int:\n    return len(FlyteDirectory.listdir(d))", "`listdir` gives"),
    "new files of a folder": (
        'def t() -> FlyteDirectory:\n    d = FlyteDirectory.new_remote("x")\n    d.new_file("a")\n    return d',
        "`new_file` has no",
    ),
    "no upload": ('def t() -> FlyteFile:\n    return FlyteFile("x", remote_path=False)', "`remote_path=False`"),
    "metadata": ('def t() -> FlyteFile:\n    return FlyteFile("x", metadata={"a": "b"})', "`metadata"),
    "given to a thread": (
        "def t(fs: List[FlyteFile]) -> int:\n    with ThreadPoolExecutor() as pool:\n"
        "        return sum(pool.map(one, fs))",
        "`pool.map` gets `one`",
    ),
    "one value of a dictionary": (
        'def t(f: FlyteFile) -> str:\n    d = {"f": f, "n": 3}\n    return open(d["f"]).read()',
        "`open` gets `d[",
    ),
    "put into a dictionary": (
        'def t(f: FlyteFile) -> str:\n    d = {}\n    d["f"] = f\n    d["n"] = 3\n    return open(d["f"]).read()',
        "`open` gets `d[",
    ),
    "a quoted annotation of what stands below": (
        'def t(f: "Later") -> str:\n    return open(f).read()\n\n\nLater = FlyteFile',
        "annotation is a text",
    ),
    "batches": (
        "def t(s: StructuredDataset) -> int:\n    return sum(len(x) for x in s.open(pd.DataFrame).iter())",
        "`iter()` is `async` only",
    ),
    "a formatted frame": ('def t(s: StructuredDataset) -> str:\n    return f"{s}"', "what `s` is used as"),
    "bound to a method": (
        "def t(f: FlyteFile, tool) -> str:\n    return functools.partial(tool.read, f)()",
        "`tool.read` gets `f`",
    ),
    "read by name": ('def t(f: FlyteFile) -> str:\n    return getattr(f, "path")', "`getattr` gets `f`"),
    "read by a getter": (
        'def t(f: FlyteFile) -> str:\n    return operator.attrgetter("path")(f)',
        "`operator.attrgetter` gets `f`",
    ),
    "bound to be written": (
        'def t(f: FlyteFile) -> None:\n    functools.partial(open, f, "w")().close()',
        "writes into a Flyte file",
    ),
    "another format": (
        'def t(df: pd.DataFrame) -> StructuredDataset:\n    return StructuredDataset(df, file_format="csv")',
        "`file_format` has no",
    ),
    "extension": ("def t(f: FlyteFile) -> str:\n    return f.extension()", "`extension()` has no"),
    "a default that is uploaded": (
        'def t(f: FlyteFile = "x.txt") -> str:\n    return f.download()',
        "made when the module is loaded",
    ),
    "a file as JSON": ("def t(r: Result) -> str:\n    return json.dumps(asdict(r))", "`asdict` gets `r`"),
    "what a library gives": ("def t(n: int) -> FlyteFile:\n    return tool.make(n)", "or the path of one"),
    "a frame that a library gives": ("def t(n: int) -> StructuredDataset:\n    return tool.make(n)", "or of pandas"),
    "another engine": (
        "def t(s: StructuredDataset) -> int:\n    return len(s.open(tool.Frame).all())",
        "does not know `tool.Frame`",
    ),
    "yielded files": (
        "def t(fs: List[FlyteFile]) -> int:\n    return sum(os.path.getsize(f) for f in each(fs))",
        "what `f` is used as",
    ),
}
MORE = """
import tool

@dataclass
class Result:
    f: FlyteFile

class Loader:
    def __init__(self, f):
        self.f = f

    def read(self):
        return open(self.f).read()

def one(f: FlyteFile) -> int:
    return os.path.getsize(f)

def each(fs):
    for f in fs:
        yield f

"""


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_proved_is_refused(name: str) -> None:
    code, reason = REFUSED[name]
    assert any(reason in r for r in reasons(f"{HEAD}{MORE}@task\n{code}\n")), reasons(f"{HEAD}{MORE}@task\n{code}\n")


OF_OTHERS = {
    "frames of a function that may give Flyte's": (
        "from flytekit.types.schema import FlyteSchema\nfrom mine import halves\n\n\n@task\n"
        "def t(df: pd.DataFrame) -> (FlyteSchema, FlyteSchema):\n    return halves(df)",
        "`halves(df)` is a Flyte file",
    ),
    "frames and a number of a library": (
        "from flytekit.types.schema import FlyteSchema\nfrom sklearn import halves\n\n\n@task\n"
        "def t(df: pd.DataFrame) -> (FlyteSchema, int):\n    return halves(df)",
        "`halves(df)` is a Flyte file",
    ),
    "a file of a function that may give one": (
        "from mine import saved\n\n\n@task\ndef t() -> FlyteFile:\n    return saved()",
        "`saved()` is a Flyte file",
    ),
    "a list of NamedTuples of a function": (
        "from typing import NamedTuple\n\n\nclass N(NamedTuple):\n    f: FlyteFile\n\n\ndef of(d) -> list:\n"
        "    return [(d,)]\n\n\n@task\ndef t(d: str) -> List[N]:\n    return of(d)",
        "`of(d)` is a Flyte file",
    ),
}


@pytest.mark.parametrize("name", OF_OTHERS)
def test_what_others_give_is_refused_where_it_may_be_flytes(name: str) -> None:
    code, reason = OF_OTHERS[name]
    assert any(reason in r for r in reasons(f"{HEAD}\n{code}\n")), reasons(f"{HEAD}\n{code}\n")


ASKED = """
from typing import Union


def h(f: Union[{0}], g: Union[{0}]) -> str:
    {1}


@task
def t(f: FlyteFile) -> str:
    return h(f, f)
"""
NOT_ASKED = {
    "not at all": ("FlyteFile, str", "return f.download()"),
    "for one of three": ("FlyteFile, str, int", "if isinstance(f, str):\n        return f\n    return f.download()"),
    "before it is set": (
        "FlyteFile, str",
        "if isinstance(f, FlyteFile):\n        f = g\n        return f.download()\n    return f",
    ),
    "the other way": ("FlyteFile, str", "return f.download() if isinstance(f, str) else f"),
    "for one or for something else": (
        "FlyteFile, str",
        "if isinstance(f, FlyteFile) or g:\n        return f.download()\n    return f",
    ),
    "in a function of its own": ("FlyteFile, str", "def ask():\n        return f.download()\n    return ask()"),
}


@pytest.mark.parametrize("name", NOT_ASKED)
def test_one_of_several_types_is_refused_where_it_is_not_asked_for(name: str) -> None:
    source = HEAD + ASKED.format(*NOT_ASKED[name])
    assert any("download" in r for r in reasons(source)), reasons(source)


KEPT = """
class {0}:
    def __init__(self, f: FlyteFile, n: int):
        self.f = f
        self.n = n
        {1}

    def text(self) -> str:
        return {2}


@task
def t(f: FlyteFile, n: int) -> str:
    return Kept(f, n).text(){3}
"""
NOT_KEPT = {
    "a class with a base": ("Kept(Path)", "pass", "open(self.f).read()", ""),
    "a class with a descendant": ("Kept", "pass", "open(self.f).read()", "\n\n\nclass More(Kept):\n    pass"),
    "another value elsewhere": ("Kept", "self.f = n", "open(self.f).read()", ""),
    "a text elsewhere": ("Kept", "self.f = str(n)", "open(self.f).read()", ""),
    "set by name": ("Kept", 'setattr(self, "g", f)', "open(self.g).read()", ""),
    "read by name": ("Kept", "pass", 'open(getattr(self, "f")).read()', ""),
    "read from all": ("Kept", "pass", 'open(self.__dict__["f"]).read()', ""),
    "given away": ("Kept", "json.dumps(self)", "open(self.f).read()", ""),
    "an attribute of the file": ("Kept", "self.f.path = str(n)", "open(self.f).read()", ""),
}


@pytest.mark.parametrize("name", NOT_KEPT)
def test_what_an_object_keeps_is_refused_where_it_does_not_show(name: str) -> None:
    source = HEAD + KEPT.format(*NOT_KEPT[name])
    assert planned(source).left, migrated(source)


def test_a_class_whose_objects_keep_a_file_stays_where_other_files_use_it(tmp_path: Path) -> None:
    source = HEAD + KEPT.format("Kept", "pass", "open(self.f).read()", "")
    assert "open(self.f.download_sync()).read()" in migrated(source)
    other = "from kept import Kept\n\n\ndef text(f, n):\n    return Kept(f, n).f\n"
    assert plans(tmp_path, kept=source, other=other)["kept"].left


def test_what_the_refusals_share_is_migrated_itself() -> None:
    assert "yield f" in migrated(f"{HEAD}{MORE}@task\ndef t(r: Result) -> str:\n    return open(r.f).read()\n")


def test_a_frame_cannot_be_opened_outside_of_a_run() -> None:
    source = """
        @task
        def load() -> StructuredDataset:
            return StructuredDataset(dataframe=pd.DataFrame({"a": [1]}))

        def test_load():
            assert len(load().open(pd.DataFrame).all()) == 1
    """
    assert any("outside of a run" in r for r in reasons(HEAD + dedent(source)))


def test_what_is_in_the_way_of_a_frame_that_a_main_block_opens_is_only_that() -> None:
    block = "if __name__ == '__main__':\n    import pandas as p\n\n    print(wf().open(p.DataFrame).all())\n"
    task = "@task\ndef make() -> StructuredDataset:\n    return StructuredDataset(dataframe=pd.DataFrame())\n\n\n"
    workflow = "@workflow\ndef wf() -> StructuredDataset:\n    return make()\n\n\n"
    assert list(reasons(HEAD + task + workflow + block)) == [
        "A frame cannot be opened outside of a run in Flyte 2; have a task give what is needed."
    ]


def test_a_frame_that_is_opened_as_no_type_is_told_with_the_next_step() -> None:
    task = "@task\ndef rows(t: StructuredDataset) -> int:\n    return len(t.open().all())\n"
    assert "write `open(pandas.DataFrame)`" in reasons(HEAD + task)[0]


MODELS = """\
from dataclasses import dataclass

from flytekit.types.file import FlyteFile


@dataclass
class Sample:
    name: str
    reads: FlyteFile
"""
HELPERS = """\
from flytekit.types.file import FlyteFile


def content(f: FlyteFile) -> str:
    with open(f) as h:
        return h.read()
"""
USES = """\
from flytekit import task

from helpers import content
from models import Sample


@task
def use(s: Sample) -> str:
    return content(s.reads) + open(s.reads).read()
"""


def test_files_in_classes_of_other_modules_are_known(tmp_path: Path) -> None:
    after = texts(tmp_path, models=MODELS, helpers=HELPERS, flow=USES)
    assert "    reads: File\n" in after["models"]
    assert "    with open(f.download_sync()) as h:\n" in after["helpers"]
    assert "    return content(s.reads) + open(s.reads.download_sync()).read()\n" in after["flow"]


def test_modules_that_share_files_stay_or_go_together(tmp_path: Path) -> None:
    made = plans(tmp_path, models=MODELS, helpers=HELPERS + "\n\nbad: 'Later' = None\nLater = FlyteFile\n", flow=USES)
    assert all(plan.left for plan in made.values())


def test_a_module_without_flyte_that_reads_the_files_of_another_is_in_the_way(tmp_path: Path) -> None:
    plain = "from models import Sample\n\n\ndef show(s: Sample) -> str:\n    return open(s.reads).read()\n"
    made = plans(tmp_path, models=MODELS, plain=plain)
    assert "plain.py, which takes its Flyte files for paths" in made["models"].left[0].message


def test_a_module_without_flyte_that_only_hands_them_on_is_not(tmp_path: Path) -> None:
    plain = "from models import Sample\n\n\ndef show(s: Sample) -> str:\n    return s.name\n"
    assert plans(tmp_path, models=MODELS, plain=plain)["models"].edits


@pytest.mark.parametrize(
    "plain",
    [
        "import helpers\n\nprint(helpers.content('a'))\n",
        "from helpers import *\n\nprint(content('a'))\n",
        "def show() -> str:\n    from helpers import content as read\n\n    return read('a')\n",
    ],
)
def test_a_function_that_gets_paths_from_a_module_without_flyte_stays(tmp_path: Path, plain: str) -> None:
    made = plans(tmp_path, models=MODELS, helpers=HELPERS, flow=USES, plain=plain)
    assert "`content` is used by plain.py, which takes its Flyte files for paths" in made["helpers"].left[0].message


def test_a_module_without_flyte_that_only_offers_such_a_function_is_not_in_the_way(tmp_path: Path) -> None:
    plain = "from helpers import content\n\n__all__ = ['content']\n"
    made = plans(tmp_path, models=MODELS, helpers=HELPERS, flow=USES, plain=plain)
    assert not any(plan.left for plan in made.values())


@pytest.mark.parametrize("rule", data.RULES, ids=lambda rule: rule.code)
def test_what_a_rule_on_data_says_of_migrate_is_what_migrate_does(rule: Rule) -> None:
    known = catalog()
    left = [[o for o in planned(e.before).left if o.symbol] for e in rule.examples]
    own = [any(getattr(known.symbol(o.symbol), "rule", "") == rule.name for o in each) for each in left]
    if rule.name != "framework-types":  # numpy arrays need no import of Flyte's
        assert all(own) == (rule.applicability == "display-only")


def test_a_pickled_type_is_the_type() -> None:
    after = migrated("""
        import numpy as np
        from flytekit import task
        from flytekit.types.pickle import FlytePickle

        @task
        def t(a: FlytePickle[np.ndarray], b: FlytePickle) -> FlytePickle[np.ndarray]:
            return a
    """)
    assert "def t(a: np.ndarray, b: Any) -> np.ndarray:" in after
    assert "from typing import Any\n" in after


def test_a_hash_counts_on_pandas_frames_only() -> None:
    source = """
        from typing import Annotated

        import pandas as pd
        from flytekit import HashMethod, task
        from flytekit.types.file import FlyteFile

        @task
        def t() -> Annotated[{0}, HashMethod(str)]:
            return make()
    """
    assert "Annotated[pd.DataFrame, HashFunction.from_fn(str)]" in migrated(source.format("pd.DataFrame"))
    assert any("HashMethod" in r for r in reasons(source.format("FlyteFile")))


COUNTED = HEAD + "@task\ndef most(fs: List[List[FlyteFile]]) -> int:\n    return max({})\n"


def test_lists_of_files_may_be_counted() -> None:
    assert "max(map(len, fs))" in migrated(COUNTED.format("map(len, fs)"))


@pytest.mark.parametrize("given", ["map(sized, fs)", "map(unseen.len, fs)"])
def test_what_else_they_are_mapped_by_is_refused(given: str) -> None:
    sized = "from shop import sized, unseen\n"
    assert any("cannot tell what it does with it" in r for r in reasons(sized + COUNTED.format(given)))
