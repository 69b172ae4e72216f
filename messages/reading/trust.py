"""Text that looks secret: marks of classification, and requests not to pass something on."""

import re

MARKS = re.compile(
    r"(?:秘密|机密|绝密)\s?[★☆*]|[★☆]\s?(?:\d+年|[一二三四五六七八九十]+年|长期)|密级\s?[:是为]?\s?(?:秘密|机密|绝密)|"
    r"(?:^|[\[(【\n,。:;])\s?(?:秘密|机密|绝密)\s?(?:$|[\])】:,\n]|级|文件|材料)|(?:机密|绝密|秘密)级|(?:^|[\s:,。])(?:机密|绝密)(?=\s)|(?:机密|绝密)(?:文件|件(?!柜)|材料|内容|电报)|"
    r"内部(?:资料|文件|材料)|仅(?:供|限)内部|(?:严禁|不得|不要|切勿|请勿|勿|禁止|别)(?:向?外)?(?:传|外传|扩散|泄露|转发|公开|外泄)|"
    r"(?<!非)(?<!无)涉密(?:文件|材料|内容|信息|资料|数据|件)|注意保密|属(?:于)?(?:国家)?(?:秘密|机密|绝密)"
)
HARMLESS = re.compile(
    r"(?:严禁|不得|禁止|杜绝|防止|避免|没有|不含|不涉及|无|非|排查|清查|检查|自查|管理|学习|教育|培训|宣传|清理|管好)[^,。;]{0,10}"
    r"(?:涉密(?:文件|材料|内容|信息|资料|数据|件)|内部(?:资料|文件|材料))|(?:涉密(?:文件|材料|信息|资料|数据|件)|内部(?:资料|文件|材料))[^,。;]{0,6}(?:管理|检查|自查|清查|清理|培训|教育)"
)


def looks_secret(norm: str) -> str | None:
    """The words that make a normalised text look secret; training about secrecy does not."""
    harmless = [match.span() for match in HARMLESS.finditer(norm)]
    for match in MARKS.finditer(norm):
        if not any(start <= match.start() < end for start, end in harmless):
            return match[0].strip()
    return None
