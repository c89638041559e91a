"""What a partner reads about their page, per language. Each is a pattern for str.format with
{organisation}, {title}, {licence} and {authors}; the evidence is shown beside it."""

from ..phrases import phrases as attribution_phrases

_SENTENCES = {
    "en": {
        "status": "The page could not be read: its server gave no page. Check the address.",
        "text_missing": "“{title}” doesn't stand on this page. Check the address.",
        "text_linked": "The page links to “{title}” but doesn't hold its text; a mention or a translation "
        "is for a person to judge.",
        "text_whole": "The article stands here whole.",
        "text_excerpt": "Only a part of the article stands here.",
        "byline_names": "The byline names {organisation}.",
        "byline_credit": "{organisation} is credited above or below the text, but the byline itself doesn't name it.",
        "byline_missing": "The byline doesn't name {organisation}. Please name it beside the authors.",
        "authors_named": "The authors are named.",
        "authors_shortened": "The authors are named by surname only.",
        "authors_missing": "Not all who wrote it are named. Please name {authors}.",
        "withheld_none": "Nobody is named whose name was taken off.",
        "withheld_named": "Somebody is named here whose name was taken off, for their safety. Please take it off every "
        "part of the page now.",
        "top_link_there": "There is a link to the original near the top.",
        "top_link_other_page": "The article is cut into pages; the link near the top is expected on the first.",
        "top_link_plain": "The original's address stands near the top, but can't be clicked. Please make it a link.",
        "top_link_elsewhere": "The link near the top doesn't lead to the original of this article.",
        "top_link_missing": "There is no link to the original near the top.",
        "bottom_link_there": "There is a link to the original near the end.",
        "bottom_link_other_page": "The article goes on on another page; the link near the end is expected on the last.",
        "bottom_link_plain": "The original's address stands near the end, but can't be clicked. Please make it a link.",
        "bottom_link_elsewhere": "The link near the end doesn't lead to the original of this article.",
        "bottom_link_missing": "There is no link to the original near the end.",
        "licence_there": "The licence is there, with a link.",
        "licence_wrong": "The page names another licence. Ours is {licence}.",
        "licence_named": "The licence is named, but without a link to it.",
        "licence_site_wide": "The licence stands elsewhere on the page, not with the article.",
        "licence_missing": "The licence isn't named. Please add {licence}, with a link.",
        "indexing_canonical": "The page tells search engines that the original is ours. Thank you.",
        "indexing_noindex": "The page asks search engines not to list this copy. Thank you.",
        "indexing_neither": "If you can, ask search engines not to list this copy (robots: noindex). This is advice.",
        "edits_none": "The text is as we wrote it, apart from small edits.",
        "edits_some": "The text was edited here and there. Please say so if the edits change its sense.",
        "edits_figure": "A figure or a 'not' differs from our text. Please compare.",
        "edits_material": "The text was changed a great deal. Please restore it, or say clearly what was changed.",
        "version_current": "The text is our current version.",
        "version_updated": "We have updated the article since. Please consider the current text.",
        "version_corrected": "We have corrected the article since, and the old text stands here. "
        "Please replace it with the current one.",
        "version_heading": "We have corrected the title since, and this page has its own. "
        "Please see that it agrees with “{title}”.",
        "version_withdrawn": "We have withdrawn this article. Please take the text off this page.",
        "version_gone": "The withdrawn article no longer stands on this page. Thank you.",
        "version_unknown": "The page could not be read, so we can't tell whether the withdrawn article is gone.",
        "images_none": "None of our pictures whose rights forbid it stands here.",
        "images_unlicensed": "This picture can't be republished: its rights aren't ours to give. Please remove it.",
        "paywall_none": "The article is free to read.",
        "paywall_hint": "It seems that readers must pay or sign in. The licence is for non-commercial use only.",
    },
    "es": {
        "status": "No se pudo leer la página: su servidor no la entregó. Revise la dirección.",
        "text_missing": "«{title}» no está en esta página. Revise la dirección.",
        "text_linked": "La página enlaza a «{title}» pero no contiene el texto; si es una mención o una traducción "
        "lo debe juzgar una persona.",
        "text_whole": "El artículo está aquí completo.",
        "text_excerpt": "Aquí solo hay una parte del artículo.",
        "byline_names": "La firma nombra a {organisation}.",
        "byline_credit": "Se menciona a {organisation} antes o después del texto, pero la firma no la nombra.",
        "byline_missing": "La firma no nombra a {organisation}. Por favor, nómbrela junto a los autores.",
        "authors_named": "Los autores están nombrados.",
        "authors_shortened": "Los autores están nombrados solo por el apellido.",
        "authors_missing": "No se nombra a todos los que lo escribieron. Por favor, nombre a {authors}.",
        "withheld_none": "No se nombra a nadie cuyo nombre se haya quitado.",
        "withheld_named": "Aquí se nombra a alguien cuyo nombre se quitó por su seguridad. Por favor, quítelo ya de "
        "toda la página.",
        "top_link_there": "Hay un enlace al original al comienzo.",
        "top_link_other_page": "El artículo está partido en páginas; el enlace del comienzo se espera en la primera.",
        "top_link_plain": "La dirección del original está al comienzo, pero no se puede pulsar. Conviértala en enlace.",
        "top_link_elsewhere": "El enlace del comienzo no lleva al original de este artículo.",
        "top_link_missing": "No hay un enlace al original al comienzo.",
        "bottom_link_there": "Hay un enlace al original al final.",
        "bottom_link_other_page": "El artículo sigue en otra página; el enlace del final se espera en la última.",
        "bottom_link_plain": "La dirección del original está al final, pero no se puede pulsar. Conviértala en enlace.",
        "bottom_link_elsewhere": "El enlace del final no lleva al original de este artículo.",
        "bottom_link_missing": "No hay un enlace al original al final.",
        "licence_there": "La licencia está, con su enlace.",
        "licence_wrong": "La página nombra otra licencia. La nuestra es {licence}.",
        "licence_named": "La licencia se nombra, pero sin enlace.",
        "licence_site_wide": "La licencia está en otra parte de la página, no junto al artículo.",
        "licence_missing": "No se nombra la licencia. Por favor, añada {licence}, con enlace.",
        "indexing_canonical": "La página dice a los buscadores que el original es el nuestro. Gracias.",
        "indexing_noindex": "La página pide a los buscadores que no muestren esta copia. Gracias.",
        "indexing_neither": "Si puede, pida a los buscadores que no muestren esta copia (robots: noindex). "
        "Es un consejo.",
        "edits_none": "El texto está como lo escribimos, salvo cambios pequeños.",
        "edits_some": "El texto se editó en algunos puntos. Indíquelo si los cambios alteran su sentido.",
        "edits_figure": "Una cifra o un «no» difiere de nuestro texto. Por favor, compárelo.",
        "edits_material": "El texto se cambió mucho. Por favor, restitúyalo o diga con claridad qué se cambió.",
        "version_current": "El texto es nuestra versión actual.",
        "version_updated": "Después actualizamos el artículo. Considere el texto actual.",
        "version_corrected": "Después corregimos el artículo, y aquí está el texto anterior. "
        "Por favor, reemplácelo por el actual.",
        "version_heading": "Después corregimos el título, y esta página lleva uno propio. "
        "Por favor, compruebe que concuerde con «{title}».",
        "version_withdrawn": "Hemos retirado este artículo. Por favor, quite el texto de esta página.",
        "version_gone": "El artículo retirado ya no está en esta página. Gracias.",
        "version_unknown": "No se pudo leer la página, así que no sabemos si el artículo retirado ya no está.",
        "images_none": "No hay aquí imágenes nuestras cuyos derechos lo prohíban.",
        "images_unlicensed": "Esta imagen no se puede republicar: sus derechos no son nuestros. Por favor, quítela.",
        "paywall_none": "El artículo se puede leer libremente.",
        "paywall_hint": "Parece que hay que pagar o registrarse para leer. Nuestra licencia no permite uso comercial.",
    },
}


def sentences(language: str) -> dict[str, str]:
    """Raises ServiceError for a language without attribution terms."""
    attribution_phrases(language)
    return _SENTENCES[language]
