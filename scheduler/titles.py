"""Words of a rule file, in both languages."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Words(BaseModel):
    """A remark in Chinese and in English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=300)

    def of(self, language: str) -> str:
        """In a language, else in Chinese."""
        return self.en if language == "en" else self.zh


class Titles(Words):
    """What a thing is called, in Chinese and in English."""

    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=80)
