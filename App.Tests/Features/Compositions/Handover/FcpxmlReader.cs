using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace Downbeat.Tests.Features.Compositions.Handover;

/// <summary>Final Cut Pro XML as somebody else would read it, after a check against the document type.</summary>
internal static class FcpxmlReader
{
    /// <summary>Of Apple's document type 1.9 what we write: order and number of the elements, the attributes that must be there, names that refer to others.</summary>
    private const string DocumentType =
        """
        <!DOCTYPE fcpxml [
        <!ELEMENT fcpxml (resources, library)> <!ATTLIST fcpxml version CDATA #FIXED "1.9">
        <!ELEMENT resources (asset | effect | format)*>
        <!ELEMENT format EMPTY> <!ATTLIST format id ID #REQUIRED frameDuration CDATA #IMPLIED width CDATA #IMPLIED height CDATA #IMPLIED colorSpace CDATA #IMPLIED>
        <!ELEMENT asset (media-rep+)>
        <!ATTLIST asset id ID #REQUIRED name CDATA #IMPLIED start CDATA #IMPLIED duration CDATA #IMPLIED hasVideo CDATA #IMPLIED format IDREF #IMPLIED hasAudio CDATA #IMPLIED
          videoSources CDATA #IMPLIED audioSources CDATA #IMPLIED audioChannels CDATA #IMPLIED audioRate CDATA #IMPLIED>
        <!ELEMENT media-rep EMPTY> <!ATTLIST media-rep kind (original-media | proxy-media) "original-media" src CDATA #REQUIRED>
        <!ELEMENT effect EMPTY> <!ATTLIST effect id ID #REQUIRED name CDATA #IMPLIED uid CDATA #REQUIRED>
        <!ELEMENT library (event)*> <!ELEMENT event (project)*> <!ATTLIST event name CDATA #IMPLIED> <!ELEMENT project (sequence)> <!ATTLIST project name CDATA #IMPLIED>
        <!ELEMENT sequence (spine)>
        <!ATTLIST sequence format IDREF #REQUIRED duration CDATA #IMPLIED tcStart CDATA #IMPLIED tcFormat (DF | NDF) #IMPLIED audioLayout (mono | stereo | surround) #IMPLIED
          audioRate (32k | 44.1k | 48k | 88.2k | 96k | 176.4k | 192k) #IMPLIED>
        <!ELEMENT spine (asset-clip | video | transition)*>
        <!ELEMENT asset-clip (conform-rate?, timeMap?, asset-clip*, (marker | chapter-marker)*)>
        <!ATTLIST asset-clip ref IDREF #REQUIRED lane CDATA #IMPLIED offset CDATA #IMPLIED name CDATA #IMPLIED start CDATA #IMPLIED duration CDATA #IMPLIED
          srcEnable (all | audio | video) "all" audioRole CDATA #IMPLIED>
        <!ELEMENT video (conform-rate?, timeMap?, asset-clip*)>
        <!ATTLIST video ref IDREF #REQUIRED offset CDATA #IMPLIED name CDATA #IMPLIED start CDATA #IMPLIED duration CDATA #REQUIRED>
        <!ELEMENT conform-rate EMPTY>
        <!ATTLIST conform-rate scaleEnabled (0 | 1) "1" srcFrameRate (23.98 | 24 | 25 | 29.97 | 30 | 60 | 47.95 | 48 | 50 | 59.94) #IMPLIED>
        <!ELEMENT timeMap (timept)*> <!ELEMENT timept EMPTY> <!ATTLIST timept time CDATA #REQUIRED value CDATA #REQUIRED interp (smooth2 | linear | smooth) "smooth2">
        <!ELEMENT transition (filter-video?)> <!ATTLIST transition name CDATA #IMPLIED offset CDATA #IMPLIED duration CDATA #REQUIRED>
        <!ELEMENT filter-video EMPTY> <!ATTLIST filter-video ref IDREF #REQUIRED name CDATA #IMPLIED>
        <!ELEMENT marker EMPTY> <!ATTLIST marker start CDATA #REQUIRED duration CDATA #IMPLIED value CDATA #REQUIRED>
        <!ELEMENT chapter-marker EMPTY> <!ATTLIST chapter-marker start CDATA #REQUIRED duration CDATA #IMPLIED value CDATA #REQUIRED>
        ]>
        """;

    public static XElement Read(string text)
    {
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE fcpxml>\n", text, StringComparison.Ordinal);
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse, ValidationType = ValidationType.DTD, ValidationFlags = XmlSchemaValidationFlags.None };
        settings.ValidationEventHandler += (_, problem) => Assert.Fail(problem.Message);
        using var reader = XmlReader.Create(new StringReader(text.Replace("<!DOCTYPE fcpxml>", DocumentType, StringComparison.Ordinal)), settings);
        return XDocument.Load(reader).Root!;
    }

    /// <summary>A time such as 1001/30000s or 5s.</summary>
    public static double Seconds(this XElement element, string attribute)
    {
        var text = (string)element.Attribute(attribute)!;
        Assert.EndsWith("s", text, StringComparison.Ordinal);
        var parts = text[..^1].Split('/').Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return parts.Length == 1 ? parts[0] : (double)parts[0] / parts[1];
    }
}
