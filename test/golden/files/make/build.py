"""Writes the golden files with the programs that people use, and their questions.

    python3 build.py        # writes ../<company>/ for each company beside this script

Needs LibreOffice, pandoc and Chromium (Debian: libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui pandoc
chromium) and python-docx, openpyxl, python-pptx and reportlab (pip). The files differ a little from one version of a program to the next:
they are kept, so that the tests need none of these.
"""
import datetime
import email.message
import email.policy
import html
import importlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here))


def to_html(blocks, title, lang):
    """Returns a page as a text program exports it."""
    style = 'body{font-family:sans-serif;font-size:11pt}td,th{border:1px solid #888;padding:4px}table{border-collapse:collapse}'
    out = [f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{html.escape(title)}</title><style>{style}</style></head><body>']
    e = html.escape
    for b in blocks:
        if b[0] == 'h':
            out.append(f'<h{b[1]}>{e(b[2])}</h{b[1]}>')
        elif b[0] == 'p':
            out.append(f'<p>{e(b[1])}</p>')
        elif b[0] in ('ul', 'ol'):
            out.append(f'<{b[0]}>' + ''.join(f'<li>{e(i)}</li>' for i in b[1]) + f'</{b[0]}>')
        elif b[0] == 'table':
            head = ''.join(f'<th>{e(c)}</th>' for c in b[1])
            rows = ''.join('<tr>' + ''.join(f'<td>{e(c)}</td>' for c in r) + '</tr>' for r in b[2])
            out.append(f'<table><tr>{head}</tr>{rows}</table>')
    out.append('</body></html>')
    return '\n'.join(out)


def to_markdown(blocks):
    out = []
    for b in blocks:
        if b[0] == 'h':
            out.append('#' * b[1] + ' ' + b[2])
        elif b[0] == 'p':
            out.append(b[1])
        elif b[0] == 'ul':
            out.append('\n'.join(f'- {i}' for i in b[1]))
        elif b[0] == 'ol':
            out.append('\n'.join(f'{n + 1}. {i}' for n, i in enumerate(b[1])))
        elif b[0] == 'table':
            out.append('\n'.join(['| ' + ' | '.join(b[1]) + ' |', '|' + '---|' * len(b[1])] + ['| ' + ' | '.join(r) + ' |' for r in b[2]]))
    return '\n\n'.join(out) + '\n'


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def libreoffice(source, form, target):
    """Converts a file. LibreOffice names the result itself."""
    with tempfile.TemporaryDirectory() as folder:
        run('soffice', '--headless', f'-env:UserInstallation=file://{tempfile.gettempdir()}/golden-office', '--convert-to', form, '--outdir', folder, str(source))
        shutil.move(next(pathlib.Path(folder).iterdir()), target)


def pandoc(blocks, target, company, title):
    with tempfile.NamedTemporaryFile('w', suffix='.md') as source:
        source.write(to_markdown(blocks))
        source.flush()
        more = ['--metadata', f'title={title}'] if target.suffix in ('.epub', '.html') else []
        run('pandoc', source.name, '-o', str(target), '-s', '--metadata', f'lang={company["language"]}', *more)


def chromium(blocks, target, company, title):
    with tempfile.NamedTemporaryFile('w', suffix='.html') as source:
        source.write(to_html(blocks, title, company['language']))
        source.flush()
        run('chromium', '--headless', '--no-sandbox', '--disable-gpu', '--no-pdf-header-footer', f'--print-to-pdf={target}', f'file://{source.name}')


def reportlab(blocks, target, company, title):
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table
    styles = getSampleStyleSheet()
    story = []
    for b in blocks:
        if b[0] == 'h':
            story.append(Paragraph(html.escape(b[2]), styles[f'Heading{b[1]}']))
        elif b[0] == 'p':
            story.append(Paragraph(html.escape(b[1]), styles['BodyText']))
        elif b[0] == 'table':
            story.append(Table([b[1]] + b[2], style=[('GRID', (0, 0), (-1, -1), 0.5, colors.grey)], hAlign='LEFT'))
        story.append(Spacer(1, 8))
    SimpleDocTemplate(str(target), title='(anonymous)').build(story)


def word(blocks, target, company, title):
    """Writes a document as python-docx does, with a footnote made by hand: it has none of its own."""
    import docx
    document = docx.Document()
    foot = None
    for b in blocks:
        if b[0] == 'h':
            document.add_heading(b[2], b[1])
        elif b[0] == 'p':
            document.add_paragraph(b[1])
        elif b[0] in ('ul', 'ol'):
            for i in b[1]:
                document.add_paragraph(i, style='List Bullet' if b[0] == 'ul' else 'List Number')
        elif b[0] == 'note':
            document.add_paragraph(f'{b[1]} ({b[2]}).')
        elif b[0] == 'struck':
            paragraph = document.add_paragraph()
            paragraph.add_run(b[1]).font.strike = True
            paragraph.add_run(' ' + b[2])
        elif b[0] == 'table':
            grid = document.add_table(rows=1, cols=len(b[1]), style='Table Grid')
            for cell, text in zip(grid.rows[0].cells, b[1]):
                cell.text = text
            for row in b[2]:
                for cell, text in zip(grid.add_row().cells, row):
                    cell.text = text
    document.save(str(target))
    smaller(target, ('docProps/thumbnail.jpeg',))


def smaller(target, left_out):
    """Packs an archive again, without parts that no reader looks at."""
    with zipfile.ZipFile(target) as source:
        parts = [(name, source.read(name)) for name in source.namelist() if name not in left_out]
    with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in parts:
            if name == '_rels/.rels':
                content = content.replace(b'<Relationship Id="rId4" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/>', b'')
            packed.writestr(name, content)


def workbook(description, target):
    """Writes a workbook as openpyxl does. Numbers with cents are money, in the currency of the company."""
    import openpyxl
    _, sheets, money = description
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        for line in page.iter_rows():
            for cell in line:
                if isinstance(cell.value, float):
                    cell.number_format = '#,##0.00\\ "€"' if money == '€' else '"£"#,##0.00'
                elif isinstance(cell.value, int) and not 1900 < cell.value < 2100 and cell.value >= 1000:
                    cell.number_format = '#,##0'
    book.save(str(target))


def presentation(slides, target, title):
    import pptx
    deck = pptx.Presentation()
    for _, name, items, notes in slides:
        page = deck.slides.add_slide(deck.slide_layouts[1])
        page.shapes.title.text = name
        frame = page.placeholders[1].text_frame
        frame.text = items[0]
        for item in items[1:]:
            frame.add_paragraph().text = item
        if notes:
            page.notes_slide.notes_text_frame.text = notes
    deck.save(str(target))
    smaller(target, ('docProps/thumbnail.jpeg', 'ppt/printerSettings/printerSettings1.bin'))


def letter(description, target):
    _, sender, to, subject, date, blocks = description
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message['From'], message['To'], message['Subject'] = sender, to, subject
    message['Date'] = datetime.datetime.fromisoformat(f'{date}T10:15:00+01:00')
    message['Message-ID'] = f'<{date}@example>'
    message.set_content('\n\n'.join(text for _, text in blocks) + '\n')
    target.write_bytes(bytes(message))


def make(company, name, how, content, folder):
    form, program = how.split(' ')
    target = folder / f'{name}.{form}'
    title = name.replace('-', ' ').capitalize()
    with tempfile.TemporaryDirectory() as work:
        source = pathlib.Path(work) / name
        if program == 'openpyxl':
            workbook(content, target)
        elif content[0] == 'sheet':
            workbook(content, source.with_suffix('.xlsx'))
            libreoffice(source.with_suffix('.xlsx'), 'csv:Text - txt - csv (StarCalc):59,34,76' if form == 'csv' else form, target)
        elif program == 'python-pptx':
            presentation(content, target, title)
        elif content[0] == 'mail':
            letter(content, target)
        elif program == 'python-docx':
            word(content, target, company, title)
        elif program == 'pandoc':
            pandoc(content, target, company, title)
        elif program == 'chromium':
            chromium(content, target, company, title)
        elif program == 'reportlab':
            reportlab(content, target, company, title)
        elif form == 'pdf':
            word(content, source.with_suffix('.docx'), company, title)
            libreoffice(source.with_suffix('.docx'), 'pdf', target)
        else:
            source.with_suffix('.html').write_text(to_html(content, title, company['language']))
            libreoffice(source.with_suffix('.html'), {'odt': 'odt:writer8', 'rtf': 'rtf:Rich Text Format'}[form], target)
    return target.name


def main():
    for language in ('fr', 'en', 'de', 'es'):
        module = importlib.import_module(language)
        folder = here.parent / module.company['id']
        folder.mkdir(exist_ok=True)
        questions = []
        for name, how, content, asked in module.files:
            # A list of blocks and slides, or one description.
            file = make(module.company, name, how, content if isinstance(content, tuple) else tuple(content), folder)
            questions += [{'q': q, 'answer': answer, 'file': file, 'program': how.split(' ')[1]} for q, answer in asked]
            print(file)
        (folder / 'questions.json').write_text(json.dumps({**module.company, 'questions': questions}, ensure_ascii=False, indent=1) + '\n')


main()
