"""`python -m fastcms_cli`, and where the frozen executable begins."""

from fastcms_cli.main import main

if __name__ == "__main__":
    main()
