"""Small sanctions lists for tests, in the shapes in which they are published. Everybody on them is made up."""

from typing import Any
from xml.sax.saxutils import escape


def un_entry(key: str, *names: str, **told: Any) -> str:
    """One individual of the UN's list: names[0] by its parts, the others as aliases ("~" before a weak one)."""
    parts = zip(("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"), names[0].split(" "), strict=False)
    aliases = "".join(
        f"<INDIVIDUAL_ALIAS><QUALITY>{'Low' if name.startswith('~') else 'Good'}</QUALITY>"
        f"<ALIAS_NAME>{escape(name.lstrip('~'))}</ALIAS_NAME></INDIVIDUAL_ALIAS>"
        for name in names[1:]
    )
    births = "".join(f"<INDIVIDUAL_DATE_OF_BIRTH>{each}</INDIVIDUAL_DATE_OF_BIRTH>" for each in told.get("births", ()))
    documents = "".join(
        f"<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>{number}</NUMBER></INDIVIDUAL_DOCUMENT>"
        for number in told.get("documents", ())
    )
    nations = "".join(f"<VALUE>{escape(name)}</VALUE>" for name in told.get("nations", ()))
    return (
        f"<INDIVIDUAL><DATAID>{key}</DATAID>{''.join(f'<{tag}>{escape(part)}</{tag}>' for tag, part in parts)}"
        f"<UN_LIST_TYPE>Test</UN_LIST_TYPE><REFERENCE_NUMBER>TEi.{key}</REFERENCE_NUMBER><LISTED_ON>2020-01-02</LISTED_ON>"
        f"<GENDER>{told.get('sex', '')}</GENDER><COMMENTS1>{escape(told.get('remarks', ''))}</COMMENTS1>"
        f"<NAME_ORIGINAL_SCRIPT>{told.get('original', '')}</NAME_ORIGINAL_SCRIPT>"
        f"<NATIONALITY>{nations}</NATIONALITY>{aliases}{births}{documents}</INDIVIDUAL>"
    )


def un_list(*entries: str, made: str = "2026-01-05", entities: int = 1) -> bytes:
    """The UN's list with these individuals."""
    organisations = "".join(f"<ENTITY><DATAID>e{number}</DATAID></ENTITY>" for number in range(entities))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="{made}T00:00:09.554Z">'
        f"<INDIVIDUALS>{''.join(entries)}</INDIVIDUALS><ENTITIES>{organisations}</ENTITIES></CONSOLIDATED_LIST>"
    ).encode()


def day(text: str) -> str:
    """A birth date known to the day."""
    return f"<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>{text}</DATE>"


def year(number: int, kind: str = "EXACT") -> str:
    """A birth year."""
    return f"<TYPE_OF_DATE>{kind}</TYPE_OF_DATE><YEAR>{number}</YEAR>"


def years(first: int, last: int) -> str:
    """Between two years."""
    return f"<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>{first}</FROM_YEAR><TO_YEAR>{last}</TO_YEAR>"


SDN = b"""<?xml version="1.0" standalone="yes"?>
<sdnList xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns="https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML">
  <publshInformation><Publish_Date>01/05/2026</Publish_Date><Record_Count>3</Record_Count></publshInformation>
  <sdnEntry><uid>9001</uid><lastName>MADE UP TRADING</lastName><sdnType>Entity</sdnType></sdnEntry>
  <sdnEntry><uid>9002</uid><firstName>Zaw Lin</firstName><lastName>OO</lastName><title>Made up</title>
    <sdnType>Individual</sdnType><remarks>Made up for tests.</remarks>
    <programList><program>BURMA-EO</program><program>TEST</program></programList>
    <idList>
      <id><uid>1</uid><idType>Passport</idType><idNumber>MB 123 456</idNumber><idCountry>Burma</idCountry></id>
      <id><uid>2</uid><idType>Gender</idType><idNumber>Male</idNumber></id>
      <id><uid>3</uid><idType>Secondary sanctions risk:</idType><idNumber>section 1(b)</idNumber></id>
    </idList>
    <akaList>
      <aka><uid>4</uid><type>a.k.a.</type><category>weak</category><lastName>BLACK TIGER</lastName></aka>
      <aka><uid>5</uid><type>a.k.a.</type><category>strong</category><lastName>OO</lastName><firstName>Zaw Linn</firstName></aka>
    </akaList>
    <nationalityList><nationality><uid>6</uid><country>Burma</country><mainEntry>true</mainEntry></nationality></nationalityList>
    <citizenshipList><citizenship><uid>7</uid><country>Nowhereland</country></citizenship></citizenshipList>
    <dateOfBirthList>
      <dateOfBirthItem><uid>8</uid><dateOfBirth>07 May 1970</dateOfBirth><mainEntry>true</mainEntry></dateOfBirthItem>
      <dateOfBirthItem><uid>9</uid><dateOfBirth>circa 1971</dateOfBirth><mainEntry>false</mainEntry></dateOfBirthItem>
      <dateOfBirthItem><uid>10</uid><dateOfBirth>1968 to 1969</dateOfBirth><mainEntry>false</mainEntry></dateOfBirthItem>
      <dateOfBirthItem><uid>11</uid><dateOfBirth>some time ago</dateOfBirth><mainEntry>false</mainEntry></dateOfBirthItem>
    </dateOfBirthList>
  </sdnEntry>
  <sdnEntry><uid>9003</uid><sdnType>Individual</sdnType></sdnEntry>
</sdnList>
"""

EU = b"""<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-01-05T17:52:47.153+02:00" globalFileId="1">
  <sanctionEntity euReferenceNumber="EU.1.1" logicalId="11">
    <remark>Made up</remark>
    <regulation publicationDate="2020-02-03" programme="TST"/>
    <subjectType code="person" classificationCode="P"/>
    <nameAlias firstName="Hla Hla" middleName="" lastName="Myint" wholeName="Hla Hla Myint" gender="F" strong="true"/>
    <nameAlias wholeName="Ma Hla" strong="false"/>
    <nameAlias firstName="" lastName="" wholeName="" strong="true"/>
    <citizenship countryIso2Code="MM"/><citizenship countryIso2Code="00"/>
    <birthdate circa="true" year="1970"/>
    <birthdate circa="false" birthdate="1971-02-03"/>
    <birthdate circa="false" yearRangeFrom="1965" yearRangeTo="1968"/>
    <birthdate circa="false" year="1969" monthOfYear="2" dayOfMonth="30"/>
    <birthdate circa="false" dayOfMonth="5" monthOfYear="3" year=""/>
    <birthdate circa="false" city="Nowhere"/>
    <identification number="AB-98765" identificationTypeDescription="National passport" countryIso2Code="MM"/>
    <identification number="77777777" knownFalse="true" identificationTypeCode="passport"/>
  </sanctionEntity>
  <sanctionEntity logicalId="12"><subjectType code="enterprise"/><nameAlias wholeName="Made Up Ltd"/></sanctionEntity>
  <sanctionEntity logicalId="11"><subjectType code="person"/><nameAlias wholeName="The same number again"/></sanctionEntity>
</export>
"""
