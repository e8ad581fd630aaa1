"""Names of files that belong to a record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from fastcms.errors import REQUIRED, Problem
from fastcms.fields.base import Integer, JsonSchema, OptionContext, range_problems
from fastcms.fields.multiple import MultipleField
from fastcms.fields.upload import Upload
from fastcms.values import Value, to_unique_texts

DEFAULT_MAX_SIZE = 5 << 20
SHOWN = 250  # characters of a wrong name
_OPTIMIZE = ("", "lossless", "lossy")
_THUMB = re.compile(r"\d+x\d+[tbf]?", re.ASCII)


class FileField(MultipleField, frozen=True, kw_only=True, rename="camel", tag="file"):
    """One or several files of at most `max_size` bytes each, kept by name."""

    additions: ClassVar[frozenset[str]] = frozenset({"optimize", "stripMetadata", "transform"})

    max_size: Integer = 0
    mime_types: tuple[str, ...] = ()
    protected: bool = False
    thumbs: tuple[str, ...] = ()
    # Whether requests may ask for other forms of images than thumbs.
    transform: bool = False
    # What is done to uploaded images.
    strip_metadata: bool = False
    optimize: str = ""

    @property
    def body_limit(self) -> int:
        return (self.max_size or DEFAULT_MAX_SIZE) * max(self.max_select, 1)

    def validate(self, value: Value) -> Iterator[Problem]:
        names = to_unique_texts(value)
        if not names:
            if self.required:
                yield REQUIRED
        elif len(names) > max(self.max_select, 1):
            limit = max(self.max_select, 1)
            yield Problem(
                "validation_too_many_files",
                f"The maximum allowed files is {limit}.",
                {"maxSelect": limit},
            )

    def validate_change(self, before: Value | None, value: Value) -> Iterator[Problem]:
        known = to_unique_texts(before)
        unknown = [name[:SHOWN] for name in to_unique_texts(value) if name not in known]
        if unknown:
            yield Problem(
                "validation_invalid_file",
                f"Invalid new files: [{' '.join(unknown)}].",
                {"invalidFiles": unknown},
            )

    def validate_files(
        self, before: Value | None, value: Value, uploads: Mapping[str, Upload]
    ) -> Iterator[Problem]:
        """Problems of a value in which some names are those of new files."""
        names = to_unique_texts(value)
        yield from self.validate_change(before, [name for name in names if name not in uploads])
        yield from self.validate(value)
        for name in names:
            if (upload := uploads.get(name)) is not None:
                yield from self._upload_problems(upload)

    def size_problem(self, name: str, size: int) -> Problem | None:
        """What is wrong with a file of so many bytes, by the client's name of it."""
        limit = self.max_size or DEFAULT_MAX_SIZE
        if size <= limit:
            return None
        return Problem(
            "validation_file_size_limit",
            f"Failed to upload {name} - the maximum allowed file size is {limit} bytes.",
            {"file": name, "maxSize": limit},
        )

    def _upload_problems(self, upload: Upload) -> Iterator[Problem]:
        if (problem := self.size_problem(upload.original_name, upload.size)) is not None:
            yield problem
        if self.mime_types and not any(map(upload.is_a, self.mime_types)):
            types = ", ".join(self.mime_types)
            yield Problem(
                "validation_invalid_mime_type",
                f'"{upload.name}" mime type must be one of: {types}.',
            )

    def body_item_schema(self) -> JsonSchema:
        # New files come in a multipart body, names of those that are there in any.
        return {"type": "string", "format": "binary"}

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        for problem in range_problems(self.max_select, 0):
            yield "maxSelect", problem
        for problem in range_problems(self.max_size, 0):
            yield "maxSize", problem
        if self.optimize not in _OPTIMIZE:
            yield "optimize", Problem("validation_in_invalid", "Must be a valid value.")
        for index, thumb in enumerate(self.thumbs):
            if thumb.rstrip("tbf") == "0x0":
                yield (
                    f"thumbs.{index}",
                    Problem("validation_not_in_invalid", "Must not be in list."),
                )
            elif thumb and not _THUMB.fullmatch(thumb):
                yield (
                    f"thumbs.{index}",
                    Problem("validation_match_invalid", "Must be in a valid format."),
                )
