"""Hosts that tell no company: of free mail, of pages and of sites that many have there. Lists only."""

from __future__ import annotations

__all__ = ["FREE_MAIL", "PAGE_HOSTS", "SITE_HOSTS"]

_MAIL_HOUSES = ("aol", "gmx", "hotmail", "live", "outlook", "yahoo")
_MAIL_ENDINGS = (
    "com net at be ca ch cl cn cz de dk es eu fi fr gr hu ie in it lu nl no pl pt ro se sg sk co.id co.in co.jp co.kr co.nz "  # noqa: SIM905 - a list to read
    "co.th co.uk co.za com.ar com.au com.br com.co com.hk com.mx com.my com.ph com.pt com.sg com.tr com.tw com.vn".split()
)
FREE_MAIL = frozenset(f"{house}.{ending}" for house in _MAIL_HOUSES for ending in _MAIL_ENDINGS) | frozenset(
    "012.net.il 126.com 139.com 163.com 188.com a1.net abv.bg alice.it aliceadsl.com aliceadsl.fr aliceposta.it aliyun.com "  # noqa: SIM905 - a list to read
    "amorki.pl aon.at apollo.lv arcor.de att.net autograf.pl azet.sk bbox.fr belgacom.net bell.net bellsouth.net "
    "bezeqint.net biglobe.ne.jp bigmir.net bigpond.com bk.ru bluemail.ch bluewin.ch blueyonder.co.uk bol.com bol.com.br "
    "bredband.net broadpark.no btinternet.com btopenworld.com caiway.nl casema.nl cegetel.net centrum.cz centrum.sk "
    "charter.net chello.at chello.nl citromail.hu clix.pt club-internet.fr comcast.net comhem.se cox.net daum.net dir.bg "
    "disroot.org dnainternet.net docomo.ne.jp duck.com earthlink.net eircom.net elisanet.fi email.com email.cz email.de "
    "email.it eresmas.com ewetel.net ezweb.ne.jp fastmail.com fastmail.fm fastwebnet.it fibertel.com.ar foxmail.com free.fr "
    "freemail.gr freemail.hu freenet.at freenet.de freeserve.co.uk frisurf.no gazeta.pl gmail.com gmx.info gmx.li "
    "googlemail.com hanmail.net hetnet.nl hey.com hispeed.ch hol.gr home.nl hushmail.com i.softbank.jp i.ua icloud.com "
    "ig.com.br iinet.net.au inbox.lv inbox.ru indamail.hu inmail.sk inode.at interia.pl internode.on.net inwind.it iol.it "
    "iol.pt jubii.dk juno.com kabelbw.de kabelmail.de kolumbus.fi kpnmail.nl kpnplanet.nl laposte.net lavabit.com libero.it "
    "list.ru luukku.com lycos.de mac.com mail.bg mail.com mail.de mail.dk mail.ee mail.ru mail.tele.dk mailbox.org "
    "mailfence.com mbnet.fi me.com meta.ua msn.com mynet.com nate.com naver.com net.hr netcabo.pt netvisao.pt "
    "netvision.net.il netzero.net neuf.fr nifty.com nordnet.fr ntlworld.com numericable.com numericable.fr nurfuerspam.de "
    "o2.co.uk o2.pl onet.pl online.de online.no online.ua ono.com op.pl optonline.net optusnet.com.au orange.fr osnanet.de "
    "otenet.gr pandora.be passagen.se planet.nl pm.me poczta.fm poczta.onet.pl post.cz post.sk posteo.de posteo.net "
    "pp.inet.fi prodigy.net.mx proton.me protonmail.ch protonmail.com qq.com quicknet.nl rambler.ru rediffmail.com "
    "riseup.net roadrunner.com rocketmail.com rogers.com runbox.com sapo.pt saunalahti.fi sbcglobal.net scarlet.be "
    "seznam.cz sfr.fr shaw.ca sina.cn sina.com sina.com.cn siol.net sky.com skynet.be softbank.ne.jp sohu.com solcon.nl "
    "speedy.com.ar spray.se startmail.com stofanet.dk sunrise.ch suomi24.fi swipnet.se swissonline.ch sympatico.ca "
    "t-email.hu t-online.de talktalk.net tdcadsl.dk tele2.at tele2.nl tele2.no tele2.se telenet.be teletu.it telus.net "
    "terra.com.br terra.es tin.it tiscali.co.uk tiscali.com tiscali.cz tiscali.it tlen.pl tut.by tuta.com tuta.io "
    "tutanota.com tutanota.de tvcablenet.be ukr.net unitymail.de uol.com.br upcmail.hu upcmail.nl usa.com utanet.at "
    "verizon.net versanet.de videotron.ca vip.163.com vip.qq.com vip.sina.com vipmail.hu virgilio.it virginmedia.com "
    "vodafone.de volny.cz vp.pl walla.co.il walla.com wanadoo.es wanadoo.fr web.de webspeed.dk westnet.com.au "
    "windstream.net wp.pl xs4all.nl xtra.co.nz ya.com ya.ru yandex.by yandex.com yandex.com.tr yandex.kz yandex.ru "
    "yandex.ua yeah.net ymail.com zahav.net.il zeelandnet.nl ziggo.nl zipmail.com.br zoho.com zonnet.nl zoznam.sk".split()
)
"""Domains that say nothing about an employer."""

PAGE_HOSTS = frozenset(
    "about.me facebook.com fb.me instagram.com linkedin.com linktr.ee linktree.com ok.ru pinterest.com sites.google.com t.me "  # noqa: SIM905 - a list to read
    "threads.net tiktok.com twitter.com vk.com wa.me whatsapp.com x.com xing.com yelp.com youtu.be youtube.com".split()
)
"""Where many have a page; what stands before such a host, as in `de.linkedin.com`, tells no company either."""
SITE_HOSTS = frozenset(
    "blogspot.com business.site carrd.co github.io godaddysites.com jimdo.com jimdofree.com jimdosite.com myshopify.com "  # noqa: SIM905 - a list to read
    "netlify.app notion.site site123.me squarespace.com strikingly.com tumblr.com webflow.io webnode.com weebly.com "
    "wixsite.com wordpress.com".split()
)
"""Where each has a name of its own before the host, so that only the bare host says nothing."""
