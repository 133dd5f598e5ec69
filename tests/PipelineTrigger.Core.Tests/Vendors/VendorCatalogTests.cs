using PipelineTrigger.Core.Tests.Emulation;
using PipelineTrigger.Core.Vendors;

namespace PipelineTrigger.Core.Tests.Vendors;

public sealed class VendorCatalogTests
{
    [Theory]
    [InlineData(PipelineVendor.Prophecy)]
    [InlineData(PipelineVendor.Mage)]
    [InlineData(PipelineVendor.Supaflow)]
    public void A_token_that_no_header_can_carry_is_refused_before_anything_is_sent(string vendor)
    {
        foreach (var token in new[] { "ak_a\nb", "ak_t\u00f6ken", "ak_\ud800", "ak_" + new string('x', 65_536) })
        {
            Action check = () => VendorCatalog.Get(vendor).CheckCredential(new(null, token));

            Assert.DoesNotContain(token, check.Fails(PipelineErrorId.InvalidInput).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Three_vendors_are_known() =>
        Assert.Equal([PipelineVendor.Prophecy, PipelineVendor.Mage, PipelineVendor.Supaflow], VendorCatalog.All.Select(v => v.Name));

    [Theory]
    [InlineData("mage")]
    [InlineData(" MAGE ")]
    public void A_vendor_is_found_in_any_case(string name) => Assert.Equal(PipelineVendor.Mage, VendorCatalog.Get(name).Name);

    [Theory]
    [InlineData("airflow")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unknown_vendor_is_refused_with_those_that_are_known(string? name)
    {
        Action get = () => VendorCatalog.Get(name);

        Assert.Contains(
            "The vendors are Prophecy, Mage, Supaflow.",
            get.Fails(PipelineErrorId.InvalidInput).Message,
            StringComparison.Ordinal
        );
        Assert.Null(VendorCatalog.Find(name));
    }

    [Fact]
    public void A_field_names_one_vendor_alone()
    {
        var fields = VendorCatalog.All.SelectMany(v => v.Fields).ToList();

        Assert.Equal(fields.Distinct(StringComparer.OrdinalIgnoreCase).Count(), fields.Count);
    }

    [Fact]
    public void Mage_has_no_address_and_no_variables_of_its_own()
    {
        var mage = VendorCatalog.Get(PipelineVendor.Mage);

        Assert.Null(mage.DefaultBaseUri);
        Assert.Null(mage.BaseUriVariable);
        Assert.Null(mage.TokenVariable);
    }
}
