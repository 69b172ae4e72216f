"""An owner is a post: 组织委员 is kept, a person's name is not."""

import re

POSTS = (
    "书记", "副书记", "委员", "主任", "科长", "处长", "局长", "部长", "院长", "所长",
    "站长", "队长", "支队长", "大队长", "组长", "校长", "馆长", "主席", "秘书长", "秘书",
    "联络员", "干事", "专干", "干部", "负责人", "主管", "会计", "股长", "理事长", "会长",
    "机关党委", "党总支", "党支部", "支委会", "党办", "办公室", "人事科", "人事处", "政治部", "党建办",
    "组织科", "组织处", "宣传科", "党务工作者", "专职党务", "党务专干", "班子成员", "分管领导",
)  # fmt: skip
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕"
    "聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵"
)
_LAST_POST = re.compile(f"^.*(?:{'|'.join(sorted(POSTS, key=len, reverse=True))})")
_NAMED_POST = re.compile(f"^[{SURNAMES}](?=(?:副?书记|主任|科长|处长|局长|部长|院长|所长|站长|队长|主席|秘书长|副))")
_NAME_FIRST = re.compile(rf"^(?:由|请)?[{SURNAMES}][\u4e00-\u9fff]{{1,2}}同?志?[\s，、（(：:]+")


def is_name(text: str) -> bool:
    """Two to four characters that begin like a Chinese name and hold no post."""
    typed = text.strip(" 　。.，,；;")
    return re.fullmatch(rf"[{SURNAMES}][\u4e00-\u9fff]{{1,3}}(?:同志)?", typed) is not None and post_of(typed) is None


def post_of(owner: str, known: tuple[str, ...] = ()) -> str | None:
    """The post in what was typed, without a name before or after it; None where there is none.

    `known` are the plan's own posts, accepted as they are.
    """
    typed = owner.strip(" 　。.，,；;")
    if typed in known:
        return typed
    bare = _NAME_FIRST.sub("", re.sub("^(?:现)?(?:由|请)", "", typed)).strip("（）() 　")
    found = _LAST_POST.match(bare)
    if found is None:
        return next((post for post in known if post in typed), None)
    return _NAMED_POST.sub("", found.group(0)).strip("，、：:（( ") or None
